"""`single-window receipts`: prints the receipts of a mailbox, as a table or as XML."""

from __future__ import annotations

import sys
from threading import Event
from typing import Any

import click
import msgspec

from single_window.frame.commands.call import Call, Columns, Failure
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import client_command
from single_window.frame.commands.through_api import pages
from single_window.frame.typed import local
from single_window.language import phrases
from single_window.language.statuses import tone_of
from single_window.language.words import Words
from single_window_client import ReceivedReceipt, SandboxClient

PAUSE = 0.5


@client_command(examples=("--mailbox DXPENT0000000001 --after 12",))
def receipts(
    call: Call,
    sandbox: SandboxClient,
    box: str | None = option("DXP id of the mailbox [default: list the mailboxes].", "--mailbox", metavar="DXPID"),
    after: int = option("Only receipts behind this number in the mailbox's sequence.", default=0),
    most: int = option("Maximum number of receipts.", type=click.IntRange(1, 1_000), default=100),
    xml: bool = option("Print the XML of the receipts."),
    follow: bool = option("Continue with new receipts until Ctrl-C."),
) -> None:
    """Print the receipts of a mailbox. They stay there; pass the last number as --after next time.

    It looks on: for `conformance` a receipt counts as taken when the participant's own program has fetched it."""
    if xml and call.as_json:
        raise click.UsageError("--xml and --json cannot be combined.")
    if box is None:
        _mailboxes(call, sandbox)
        return
    while True:
        page = _page(sandbox, box, after, most)
        if page.get("findings") and not follow:
            raise Failure(f"{page['findings'][0]['en']}. List the mailboxes with: single-window receipts")
        _show(call, page["receipts"], xml)
        if not page["receipts"] and after == 0 and not xml:
            call.print_line("No receipts yet.")
        after = page["next"]
        if not follow or _wait_or_interrupt():
            return


def _page(sandbox: SandboxClient, box: str, after: int, most: int) -> dict[str, Any]:
    query = {"mailbox": box, "after": after, "limit": most, "peek": "true"}
    page: dict[str, Any] = sandbox.call("GET", "/receipts", query=query)
    return page


def _wait_or_interrupt() -> bool:
    """Wait before the next poll; True if Ctrl-C was pressed."""
    try:
        Event().wait(PAUSE)
    except KeyboardInterrupt:
        return True
    return False


def _mailboxes(call: Call, sandbox: SandboxClient) -> None:
    boxes = [box for page in pages(sandbox, "/mailboxes", {}) for box in page["mailboxes"]]
    call.print_json(boxes)
    call.table("", ("mailbox 信箱", "receipts 回执"), [(box["mailbox"], box["receipts"]) for box in boxes])
    if not boxes:
        call.print_line(f"No mailbox in sandbox {call.sandbox!r} yet: nobody has sent a message.")


def _show(call: Call, received: list[dict[str, Any]], xml: bool) -> None:
    if xml:
        for receipt in received:
            sys.stdout.buffer.write(receipt["xml"].encode() + b"\n")
        return
    call.print_json(received)
    typed = msgspec.convert(received, list[ReceivedReceipt])
    call.records("", _columns(call), typed, lambda receipt: phrases.tone(tone_of(receipt.status, receipt.kind)))


def _columns(call: Call) -> Columns[ReceivedReceipt]:
    return (
        ("no. 序号", lambda receipt: receipt.sequence),
        ("time 时间", lambda receipt: local(receipt.time)),
        ("message 报文", lambda receipt: receipt.type),
        ("document 单证", lambda receipt: phrases.kind(receipt.kind)),
        ("key 主键", lambda receipt: receipt.key),
        ("status 状态", lambda receipt: f"{receipt.status} {call.pick(Words(receipt.status_zh, receipt.status_en))}"),
        ("text 内容", lambda receipt: receipt.info_zh if call.language == "zh" else receipt.info_en),
    )
