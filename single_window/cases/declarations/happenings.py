"""The timeline of a story: what was noted, and receipts without a note of the same event, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from declarations import lifecycle, rules
from declarations.parameters import Parameters
from declarations.reasons import Reason
from gateways.customs.outcome import LIST
from gateways.replies import CONCLUDED, taken_in
from gateways.taking_in import ACTORS
from schemas import catalogue
from single_window.cases.declarations.parts import HappeningOut
from single_window.frame.typed import instant_text
from single_window.language import phrases, statuses, words
from single_window.receipts.rows import Receipt
from single_window.store.tables import timeline

SAME = 1_000
"""Milliseconds within which a receipt and a note of one meaning are the same happening."""
EVENTS = {
    "1": "staged",
    "120": "accepted",
    "100": "rejected",
    "300": "review",
    "399": "concluded",
    "500": "drawn",
    "700": "sent_back",
    "800": "released",
    "899": "closed",
}
BILLS = {"1": "billed", "2": "collected", "3": "voided"}
RECEIPT_EVENTS = {
    "refunded": ("voided",),
    "taken_in": ("accepted", "concluded"),
    "tallied": ("accepted", "concluded"),
    "return_accepted": ("accepted",),
    "return_approve": ("concluded",),
    "return_reject": ("rejected",),
    "return_take_back": ("released",),
    "request_refused": ("rejected",),
    "refund_accept": ("accepted",),
    "refund_review": ("review",),
    "refund_ask": ("review",),
    "refund_approve": ("concluded",),
    "refund_reduce": ("concluded",),
    "refund_reject": ("rejected",),
    "refund_pay": ("released",),
    "refund_restore": ("released",),
    "refund_recover": ("sent_back",),
    "refund_settle": ("closed",),
    "paper_accept": ("accepted",),
    "paper_reject": ("rejected",),
    "forex_booked": ("released",),
    "forex_in_review": ("review",),
    "forex_refused": ("rejected",),
}
"""What is noted in other words than the event of its receipt: those that its receipt may have."""
ROUTINE = frozenset({"1", "2", "120", "399", "800", "899"})
"""Return statuses whose words add nothing to the status."""
_decode = msgspec.json.Decoder(tuple[Reason, ...]).decode


def happenings(
    connection: Connection,
    sandbox: str,
    places: Sequence[str],
    receipts: Iterable[Receipt],
    mine: Callable[[str, str], bool],
    law: Parameters,
) -> list[HappeningOut]:
    """Notes under these numbers, and receipts, that `mine` (kind, key) takes, oldest first."""
    noted = [row for row in _rows(connection, sandbox, places) if mine(row.kind, row.key)]
    lines = [(_place(row, noted), row.at, _noted(row, law)) for row in noted]
    at_of = {meaning: row.at for row in noted for meaning in _meanings(row)}
    for receipt in _once(receipts):
        if mine(receipt.kind, receipt.key):
            known = at_of.get((receipt.kind, receipt.key, _event(receipt)))
            if known is None or not known - SAME <= receipt.return_time <= known + SAME:
                lines.append((receipt.return_time, receipt.return_time, _received(receipt, law)))
    released = max((at for _, at, happening in lines if happening.event == "released"), default=0)
    return [
        happening for _, _, happening in sorted(lines, key=lambda line: _order(line[0], line[1], line[2], released))
    ]


def _rows(connection: Connection, sandbox: str, places: Sequence[str]) -> Sequence[Any]:
    if not any(places):
        return ()
    return connection.execute(
        select(timeline)
        .where(timeline.c.sandbox == sandbox, timeline.c.order_no.in_([place for place in places if place]))
        .order_by(timeline.c.id)
    ).all()


def _place(row: Any, noted: Sequence[Any]) -> int:
    """The time of a note in the order: after what was noted before it, which may carry a later instant only because
    receipts of one list never share one."""
    return max(int(earlier.at) for earlier in noted if earlier.id <= row.id and earlier.at <= row.at + SAME)


def _once(receipts: Iterable[Receipt]) -> Iterable[Receipt]:
    """Each receipt once, however many participants got it."""
    return {
        (receipt.kind, receipt.key, receipt.return_status, receipt.return_time): receipt for receipt in receipts
    }.values()


def _meanings(row: Any) -> list[tuple[str, str, str]]:
    """The receipts that report the same as a note: kind, key and event."""
    kind = _kind(row)
    return [(kind, row.key, event) for event in RECEIPT_EVENTS.get(row.event, (row.event,))]


def _kind(row: Any) -> str:
    """What a note is about: what the tax office notes of a list concerns its bill."""
    return "tax_bill" if row.actor == "tax" and row.kind in LIST.values() else str(row.kind)


def _event(receipt: Receipt) -> str:
    if receipt.return_status.startswith("-"):
        return "refused"
    return (BILLS if receipt.kind == "tax_bill" else EVENTS).get(receipt.return_status, receipt.return_status)


def _noted(row: Any, law: Parameters) -> HappeningOut:
    reasons = _decode(row.reasons) if row.reasons else ()
    kind = _kind(row)
    warned = row.event in phrases.book()["warning"]["events"]
    return HappeningOut.of(
        row,
        actor=phrases.phrase("actor", row.actor),
        kind=kind,
        words=phrases.event(row.event, kind),
        state_words=phrases.state(row.state, kind),
        because=tuple(replace(phrases.because(_named(row, reason), law), warning=warned) for reason in reasons),
    )


def _named(row: Any, reason: Reason) -> Reason:
    """A reason with the business key of its document among its values, which the port's words need."""
    book = rules.BOOKS.get(row.kind)
    key: Mapping[str, str] = dict(zip(book.key, row.key.split("|"), strict=False)) if book else {}
    return reason._replace(values={"order_no": row.order_no, **key, **reason.values})


def _received(receipt: Receipt, law: Parameters) -> HappeningOut:
    event = _event(receipt)
    named = receipt.kind in {"inventory", "export_inventory", "tax_bill"} and event in phrases.book()["event"]
    phrase = (
        phrases.event(event, receipt.kind) if named else statuses.return_status(receipt.return_status, receipt.kind)
    )
    state = _state(receipt)
    reasons = (
        ()
        if receipt.return_status in ROUTINE or receipt.kind == "tax_bill" or not receipt.rule
        else (_because(receipt, law),)
    )
    return HappeningOut(
        at=instant_text(receipt.return_time),
        actor=phrases.phrase("actor", _actor(receipt)),
        kind=receipt.kind,
        event=event,
        words=phrase,
        state=state,
        state_words=phrases.state(state, receipt.kind),
        because=reasons,
    )


def _because(receipt: Receipt, law: Parameters) -> phrases.Because:
    return replace(
        phrases.because(Reason(receipt.rule, receipt.values), law),
        details="",
        words=words.Words(receipt.shown_in(words.ZH), receipt.shown_in(words.EN)),
    )


def _actor(receipt: Receipt) -> str:
    if receipt.kind == "tax_bill":
        return "tax"
    if receipt.return_status in {"1", "2"} or receipt.return_status.startswith("-") or receipt.code == "900":
        return "port"
    known = catalogue.handled().get(receipt.kind)
    return ACTORS.get(known.gateway, known.gateway) if known else "customs"


def _state(receipt: Receipt) -> str:
    """Where the receipt's step led; of an order, payment or waybill the status is enough."""
    if receipt.kind == "tax_bill":
        return statuses.BILL.get(receipt.return_status, "")
    if receipt.return_status == taken_in(receipt.kind)[0] == CONCLUDED:
        return "accepted"
    lives = lifecycle.LIFECYCLE_OF.get(receipt.kind, "document")
    return next(
        (step.to for step in lifecycle.lifecycles()[lives].transitions if step.return_status == receipt.return_status),
        "",
    )


def _order(place: int, at: int, happening: HappeningOut, released: int) -> tuple[int, int]:
    """By place; at one instant the port comes before customs, customs before tax, and last what was moved there. A bill
    follows its release, whose receipt may carry a later instant only because receipts of one list never share one."""
    return (
        released if happening.event == "billed" and at < released <= at + SAME else place,
        3 if place > at else 0 if happening.actor.en == "port" else 2 if happening.actor.en == "tax" else 1,
    )
