"""`single-window conformance`: the progress of a participant before going live."""

from __future__ import annotations

from typing import Literal

import click

from single_window.frame.commands.call import FAILED, Call
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import client_command
from single_window_client import SandboxClient


@client_command(examples=("DXPENT0000000001 --url http://127.0.0.1:8642",))
def conformance(
    call: Call,
    sandbox: SandboxClient,
    mailbox: str = argument("DXPID"),
    flow: Literal["import", "export", "agency"] | None = option("[default: the flows used so far, else import]"),
) -> None:
    """Show the progress of a participant: accepted kinds of documents, handled outcomes, remaining tasks.

    Computed from the receipts in the mailbox, and how many of them were taken by polls, channels and folders. Remaining
    tasks show the command that causes the outcome. Ends with 1 until nothing is left.
    """
    progress = call.answered(sandbox.call("GET", "/conformance", query={"mailbox": mailbox, "flow": flow}))
    call.records(
        "",
        (
            ("message 报文", lambda kind: kind["type"]),
            ("kind 单证", lambda kind: kind[call.language]),
            ("taken 受理", lambda kind: kind["taken"]),
            (
                "outcomes seen 已见",
                lambda kind: " ".join(seen["status"] for seen in kind["outcomes"] if seen["documents"]),
            ),
            ("not handled 未处理", lambda kind: sum(outcome["open"] for outcome in kind["outcomes"])),
            ("not taken 未取走", lambda kind: sum(outcome["untaken"] for outcome in kind["outcomes"])),
            ("right 通过", lambda kind: sum(outcome["state"] == "right" for outcome in kind["outcomes"])),
            ("wanted 须见", lambda kind: sum(outcome["state"] != "not_asked" for outcome in kind["outcomes"])),
        ),
        progress["kinds"],
    )
    if progress["ready"]:
        call.print_line("Nothing is left.")
    call.table("", ("remaining 未完成", "how 办法"), [(item[call.language], item["how"]) for item in progress["left"]])
    if not progress["ready"]:
        raise click.exceptions.Exit(FAILED)
