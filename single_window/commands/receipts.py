"""`single-window receipts`: what lies in a mailbox, as a table or as the messages themselves."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from threading import Event

import click
import msgspec
from sqlalchemy import Connection, select

from single_window.cases import declarations as stories
from single_window.cases.declarations.assembly import answer
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.remote import over_http
from single_window.frame.typed import local
from single_window.language import phrases
from single_window.language.statuses import coloured
from single_window.receipts import rows as stored
from single_window.receipts.tolerances import tolerated
from single_window.receipts.unwritable import past_unwritable
from single_window.store.engine import reading
from single_window.store.tables import mailbox
from single_window.wiring import Window

PAUSE = 0.5


def _receipts_there(
    call: Call, sandbox: SandboxClient, box: str | None, after: int, most: int, xml: bool, follow: bool
) -> None:
    if box is None or follow:
        raise click.UsageError("Over HTTP name --mailbox; what arrives is followed by: single-window listen MAILBOX")
    received = sandbox.receipts(box, after)[:most]
    if xml:
        for receipt in received:
            sys.stdout.buffer.write(receipt.xml.encode() + b"\n")
        return
    call.give([msgspec.structs.asdict(receipt) for receipt in received])
    call.table(
        "",
        ("no. 序号", "time 时间", "message 报文", "key 主键", "status 状态", "says 内容"),
        [
            (
                receipt.sequence,
                receipt.time,
                receipt.type,
                receipt.key,
                f"{receipt.status} {receipt.status_zh} {receipt.status_en}",
                receipt.info_zh if call.language == "zh" else receipt.info_en,
            )
            for receipt in received
        ],
    )


@click.command()
@click.option("--mailbox", "box", metavar="DXPID", help="Whose receipts [default: list the mailboxes].")
@click.option("--after", default=0, show_default=True, help="Only what follows this place in the mailbox's sequence.")
@click.option("--most", default=100, show_default=True, help="How many at most.")
@click.option("--xml", is_flag=True, help="Print the messages themselves.")
@click.option("--follow", is_flag=True, help="Go on printing what arrives, until Ctrl-C.")
@command
@over_http(_receipts_there)
def receipts(call: Call, box: str | None, after: int, most: int, xml: bool, follow: bool) -> None:
    """Read a mailbox. Receipts stay there; remember the last number and ask again with --after.

    \b
    Example:
      single-window receipts --mailbox DXPENT0000000001 --after 12
    """
    if xml and call.as_json:
        raise click.UsageError("Ask for --xml or for --json, not for both.")
    with call.reading() as (window, connection):
        if box is None:
            _mailboxes(call, connection)
            return
        if not follow and _next(connection, call.sandbox, box) is None:
            raise Failure(
                f"There is no mailbox {box!r} in sandbox {call.sandbox!r}. "
                "single-window receipts lists those there are."
            )
    while True:
        with call.reading() as (window, _):
            after = _show(call, window, box, after, most, xml)
        if not follow or _interrupted():
            return


def _interrupted() -> bool:
    """Wait a little; Ctrl-C is how following ends."""
    try:
        Event().wait(PAUSE)
    except KeyboardInterrupt:
        return True
    return False


def _mailboxes(call: Call, connection: Connection) -> None:
    rows = connection.execute(
        select(mailbox.c.dxp_id, mailbox.c.next).where(mailbox.c.sandbox == call.sandbox).order_by(mailbox.c.dxp_id)
    ).all()
    call.give([{"mailbox": box, "receipts": after - 1} for box, after in rows])
    call.table("", ("mailbox 信箱", "receipts 回执"), [(box, after - 1) for box, after in rows])
    if not rows:
        call.say(f"No mailbox in sandbox {call.sandbox!r} yet: nobody has sent a message.")


def _next(connection: Connection, sandbox: str, box: str) -> int | None:
    following = connection.execute(
        select(mailbox.c.next).where(mailbox.c.sandbox == sandbox, mailbox.c.dxp_id == box)
    ).scalar()
    return None if following is None else int(following)


def _show(call: Call, window: Window, box: str, after: int, most: int, xml: bool) -> int:
    """Print what follows `after`; gives the place of the last that was printed."""

    def read() -> tuple[list[stored.Receipt], Sequence[stored.Rendered]]:
        with reading(window.engine) as connection:
            received = stored.after(connection, call.sandbox, box, after, most)
            rendered = stored.render(connection, received)
            return received, tolerated(connection, call.sandbox, box, rendered) if xml else ()

    received, messages = past_unwritable(window.engine, call.sandbox, box, read)
    if xml:
        for message in messages:
            sys.stdout.buffer.write(message.body + b"\n")
        return received[-1].sequence if received else after
    answers = [answer(box, receipt) for receipt in received]
    call.give(answers)
    rows = [
        (
            entry.sequence,
            local(entry.time),
            entry.code,
            call.pick(phrases.kind(entry.kind)),
            entry.key,
            f"{entry.status} {call.pick(entry.words)}",
            entry.info if call.language == "zh" else entry.info_en,
        )
        for entry in answers
    ]
    call.table(
        "",
        ("no. 序号", "time 时间", "message 报文", "about 单证", "key 主键", "status 状态", "says 内容"),
        rows,
        {number: stories.tone(coloured(entry.status, entry.kind)) for number, entry in enumerate(answers)},
    )
    if not answers and after == 0:
        call.say("No receipts yet.")
    return received[-1].sequence if received else after
