"""The timeline of a story: what was noted, and what receipts tell that was not noted beside them, in order."""

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
from single_window.cases.stories.parts import Happening
from single_window.language import statuses, words
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
SAID_BY = {
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
"""Return statuses whose words say nothing beyond the status."""
_decode = msgspec.json.Decoder(tuple[Reason, ...]).decode


def happenings(
    connection: Connection,
    sandbox: str,
    places: Sequence[str],
    receipts: Iterable[Receipt],
    mine: Callable[[str, str], bool],
    law: Parameters,
) -> list[Happening]:
    """Notes under these numbers, and receipts, that `mine` (kind, key) takes, oldest first."""
    noted = [row for row in _rows(connection, sandbox, places) if mine(row.kind, row.key)]
    told = [(_place(row, noted), _noted(row, law)) for row in noted]
    said = {meaning: row.at for row in noted for meaning in _meanings(row)}
    for one in _once(receipts):
        if mine(one.kind, one.key):
            known = said.get((one.kind, one.key, _event(one)))
            if known is None or not known - SAME <= one.return_time <= known + SAME:
                told.append((one.return_time, _received(one, law)))
    released = max((one.at for _, one in told if one.event == "released"), default=0)
    return [one for _, one in sorted(told, key=lambda pair: _order(pair[0], pair[1], released))]


def _rows(connection: Connection, sandbox: str, places: Sequence[str]) -> Sequence[Any]:
    if not any(places):
        return ()
    return connection.execute(
        select(timeline)
        .where(timeline.c.sandbox == sandbox, timeline.c.order_no.in_([one for one in places if one]))
        .order_by(timeline.c.id)
    ).all()


def _place(row: Any, noted: Sequence[Any]) -> int:
    """When a note is told: after what was noted before it, which may carry a later instant only because receipts of one
    list never share one."""
    return max(int(one.at) for one in noted if one.id <= row.id and one.at <= row.at + SAME)


def _once(receipts: Iterable[Receipt]) -> Iterable[Receipt]:
    """Each receipt once, however many participants got it."""
    return {(one.kind, one.key, one.return_status, one.return_time): one for one in receipts}.values()


def _meanings(row: Any) -> list[tuple[str, str, str]]:
    """The receipts that say the same as a note: kind, key and event."""
    kind = _kind(row)
    return [(kind, row.key, event) for event in SAID_BY.get(row.event, (row.event,))]


def _kind(row: Any) -> str:
    """What a note is about: what the tax office notes of a list concerns its bill."""
    return "tax_bill" if row.actor == "tax" and row.kind in LIST.values() else str(row.kind)


def _event(one: Receipt) -> str:
    if one.return_status.startswith("-"):
        return "refused"
    return (BILLS if one.kind == "tax_bill" else EVENTS).get(one.return_status, one.return_status)


def _noted(row: Any, law: Parameters) -> Happening:
    reasons = _decode(row.reasons) if row.reasons else ()
    kind = _kind(row)
    warned = row.event in words.book()["warning"]["events"]
    return Happening(
        row.at,
        words.phrase("actor", row.actor),
        kind,
        row.event,
        words.event(row.event, kind),
        row.state,
        words.state(row.state, kind),
        tuple(replace(words.because(_named(row, one), law), warning=warned) for one in reasons),
    )


def _named(row: Any, reason: Reason) -> Reason:
    """A reason with the business key of its document among its values, which the port's words need."""
    book = rules.BOOKS.get(row.kind)
    key: Mapping[str, str] = dict(zip(book.key, row.key.split("|"), strict=False)) if book else {}
    return reason._replace(values={"order_no": row.order_no, **key, **reason.values})


def _received(one: Receipt, law: Parameters) -> Happening:
    event = _event(one)
    named = one.kind in {"inventory", "export_inventory", "tax_bill"} and event in words.book()["event"]
    said = words.event(event, one.kind) if named else statuses.return_status(one.return_status, one.kind)
    state = _state(one)
    reasons = () if one.return_status in ROUTINE or one.kind == "tax_bill" or not one.rule else (_because(one, law),)
    return Happening(
        one.return_time,
        words.phrase("actor", _actor(one)),
        one.kind,
        event,
        said,
        state,
        words.state(state, one.kind),
        reasons,
    )


def _because(one: Receipt, law: Parameters) -> words.Because:
    return replace(
        words.because(Reason(one.rule, one.values), law), details="", words=words.Words(one.info, one.say(words.EN))
    )


def _actor(one: Receipt) -> str:
    if one.kind == "tax_bill":
        return "tax"
    if one.return_status in {"1", "2"} or one.return_status.startswith("-") or one.code == "900":
        return "port"
    known = catalogue.handled().get(one.kind)
    return ACTORS.get(known.gateway, known.gateway) if known else "customs"


def _state(one: Receipt) -> str:
    """Where the receipt's step led; of an order, payment or waybill the status says it all."""
    if one.kind == "tax_bill":
        return statuses.BILL.get(one.return_status, "")
    if one.return_status == taken_in(one.kind)[0] == CONCLUDED:
        return "accepted"
    lives = lifecycle.LIFECYCLE_OF.get(one.kind, "document")
    return next(
        (step.to for step in lifecycle.lifecycles()[lives].transitions if step.return_status == one.return_status), ""
    )


def _order(place: int, one: Happening, released: int) -> tuple[int, int]:
    """By place; at one instant the port comes before customs, customs before tax, and last what was moved there. A bill
    follows its release, whose receipt may carry a later instant only because receipts of one list never share one."""
    at = released if one.event == "billed" and one.at < released <= one.at + SAME else place
    return at, 3 if place > one.at else 0 if one.actor.en == "port" else 2 if one.actor.en == "tax" else 1
