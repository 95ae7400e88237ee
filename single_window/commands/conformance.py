"""`single-window conformance`: the progress of a participant before going live."""

from __future__ import annotations

from typing import Literal

from single_window.client import SandboxClient
from single_window.frame.commands.call import Call
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import client_command


@client_command(examples=("DXPENT0000000001 --url http://127.0.0.1:8642",))
def conformance(
    call: Call,
    sandbox: SandboxClient,
    mailbox: str = argument("DXPID"),
    flow: Literal["import", "export", "agency"] | None = option("[default: the flows used so far, else import]"),
) -> None:
    """Show the progress of a participant: accepted kinds of documents, handled outcomes, remaining tasks.

    Computed from the receipts in the mailbox. Remaining tasks show the command that causes the outcome.
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
        ),
        progress["kinds"],
    )
    if progress["ready"]:
        call.print_line("Nothing is left.")
    call.table("", ("remaining 未完成", "how 办法"), [(item[call.language], item["how"]) for item in progress["left"]])
