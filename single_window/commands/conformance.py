"""`single-window conformance`: how far a participant has come before going live."""

from __future__ import annotations

import click

from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.through_api import through_api


@click.command()
@click.argument("mailbox", metavar="DXPID")
@click.option(
    "--flow",
    type=click.Choice(["import", "export", "agency"]),
    help="[default: those that were used, else import]",
)
@command
@through_api
def conformance(call: Call, sandbox: SandboxClient, mailbox: str, flow: str | None) -> None:
    """Tell what a participant has sent rightly, which outcomes he has seen and dealt with, and what is left.

    By the receipts in his mailbox. What is left names the command that brings it about.

    \b
    Example:
      single-window conformance DXPENT0000000001 --url http://127.0.0.1:8642
    """
    progress = sandbox.call("GET", "/conformance", query={"mailbox": mailbox, "flow": flow})
    call.print_json(progress)
    call.table(
        "",
        ("message 报文", "kind 单证", "taken 受理", "outcomes seen 已见", "not dealt with 未处理"),
        [
            (
                kind["type"],
                kind[call.language],
                kind["taken"],
                " ".join(outcome["status"] for outcome in kind["outcomes"] if outcome["documents"]),
                sum(outcome["open"] for outcome in kind["outcomes"]),
            )
            for kind in progress["kinds"]
        ],
    )
    if progress["ready"]:
        call.print_line("Nothing is left.")
    call.table("", ("left 未完成", "how 办法"), [(item[call.language], item["how"]) for item in progress["left"]])
