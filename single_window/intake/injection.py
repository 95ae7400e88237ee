"""Injection of any XML into a mailbox, for tests: archived, and delivered as a receipt with exactly these bytes."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.records import ReceiptDraft, TimelineEvent
from schemas import catalogue
from schemas.packing import MESSAGES
from schemas.parsing import parse
from single_window.context import Context
from single_window.outcomes.forcing import ACTOR, EVENT, FORCED
from single_window.receipts.rows import INJECTED
from single_window.store import sandboxes
from single_window.store.bulk import insert_rows
from single_window.store.engine import writing
from single_window.store.gateway_results import write_receipts, write_timeline
from single_window.store.mailbox_numbers import place
from single_window.store.numbering import ROWS
from single_window.store.tables import archive, message

CHANNEL, STATE = "http", "injected"
MAX_ROOT_LENGTH, MAX_NUMBER_LENGTH = 60, 60
_MESSAGE = (
    "id",
    "sandbox",
    "sender",
    "transmission_id",
    "content_hash",
    "code",
    "channel",
    "received_at",
    "size",
    "documents",
    "state",
)


class Injected(NamedTuple):
    """An injected message; `sequence` in the mailbox; `code`: message code, or the root's name if not `known`."""

    id: int
    sequence: int
    code: str
    known: bool


class InjectedReceipt(NamedTuple):
    """Fields read from an injected body; `code`: message code, or the root's name if not `known`."""

    code: str
    known: bool
    order_no: str
    status: str


def inject(context: Context, sandbox: str, mailbox: str, body: bytes) -> Injected:
    """Append XML to a mailbox; raises `Unreadable` if it is not well-formed."""
    form = _form(body, context.settings.body_cap)
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        made = _write(connection, context, sandbox, mailbox, body, form)
    context.notify_placed()
    return made


def _form(body: bytes, cap: int) -> InjectedReceipt:
    root = parse(body, cap=cap)
    name = root.tag.rpartition("}")[2][:MAX_ROOT_LENGTH]
    try:
        code, known = catalogue.by_root(name).code, True
    except catalogue.UnknownMessage:
        code, known = name, False
    return InjectedReceipt(code, known, _text(root, "orderNo"), _text(root, "returnStatus"))


def _text(root: object, name: str) -> str:
    """The text of the first element with a local name, in any namespace."""
    element = next(iter(root.iter("{*}" + name)), None)  # type: ignore[attr-defined]
    return (element.text or "").strip()[:MAX_NUMBER_LENGTH] if element is not None else ""


def _write(
    connection: Connection, context: Context, sandbox: str, mailbox: str, body: bytes, form: InjectedReceipt
) -> Injected:
    number, now = context.numbering.next_number(ROWS, "row"), sandboxes.find(connection, sandbox).clock.now()
    _file_message(connection, number, sandbox, mailbox, body, form, now)
    draft = ReceiptDraft(
        mailboxes=mailbox,
        code=form.code,
        order_no="",
        kind=INJECTED,
        key=str(number),
        return_status=form.status,
        return_time=now,
        reason=Reason("", {}),
        fields={"message": number},
    )
    groups = write_receipts(connection, context.numbering, sandbox, [draft], now)
    if form.order_no:
        shown = f"{form.code}.{form.status}" if form.status else form.code
        reasons = [Reason(f"{FORCED}inject", {"receipt": shown})]
        event = TimelineEvent(
            order_no=form.order_no,
            kind="message",
            key=str(number),
            at=now,
            actor=ACTOR,
            event=EVENT,
            state="",
            reasons=reasons,
        )
        write_timeline(connection, context.numbering, sandbox, [event])
    return Injected(number, place(connection, groups)[0], form.code, form.known)


def _file_message(
    connection: Connection, number: int, sandbox: str, mailbox: str, body: bytes, form: InjectedReceipt, now: int
) -> None:
    insert_rows(
        connection,
        message,
        _MESSAGE,
        [
            (
                number,
                sandbox,
                mailbox,
                f"\x1finjected {number}",
                hashlib.sha256(body).hexdigest(),
                form.code if form.known else "",
                CHANNEL,
                now,
                len(body),
                0,
                STATE,
            )
        ],
    )
    insert_rows(connection, archive, ("message_id", "body"), [(number, MESSAGES.pack(body))])
