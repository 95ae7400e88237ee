"""`single-window conformance`: how far a participant has come before going live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from single_window.cases import conformance as cases
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.remote import over_http


def _there(call: Call, sandbox: SandboxClient, mailbox: str, flow: str | None) -> None:
    query = {"mailbox": mailbox, **({"flow": flow} if flow else {})}
    _print(call, sandbox.call("GET", "/conformance", query=query))


@click.command()
@click.argument("mailbox", metavar="DXPID")
@click.option("--flow", type=click.Choice(cases.FLOWS), help="[default: those that were used, else import]")
@command
@over_http(_there)
def conformance(call: Call, mailbox: str, flow: str | None) -> None:
    """Tell what a participant has sent rightly, which outcomes he has seen and dealt with, and what is left.

    By the receipts in his mailbox. What is left names the command that brings it about.

    \b
    Example:
      single-window conformance DXPENT0000000001 --url http://127.0.0.1:8642
    """
    with call.reading() as (_, connection):
        try:
            progress = cases.conformance(connection, call.sandbox, mailbox, [flow] if flow else ())
        except cases.UnknownMailbox:
            raise Failure(
                f"Nobody has the mailbox {mailbox!r} in sandbox {call.sandbox!r}. "
                "single-window receipts lists those there are."
            ) from None
    _print(call, msgspec.to_builtins(progress))


def _print(call: Call, progress: Mapping[str, Any]) -> None:
    call.give(progress)
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
        call.say("Nothing is left.")
    call.table("", ("left 未完成", "how 办法"), [(item[call.language], item["how"]) for item in progress["left"]])
