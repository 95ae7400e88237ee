"""The timeline of a story: stored timeline rows and receipts without a row, in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, select

from declarations import lifecycle, rules
from declarations.parameters import Parameters
from declarations.reasons import Reason
from gateways.replies import CONCLUDED, acceptance_answer
from gateways.reported import event_of_status, subject_kind
from gateways.taking_in import AGENCY_NAMES
from schemas import catalogue
from single_window.cases.declarations.parts import HappeningOut
from single_window.frame.typed import instant_text
from single_window.language import phrases, statuses, words
from single_window.receipts.rows import Receipt
from single_window.store.seals import fetch_whole
from single_window.store.tables import timeline

ROUTINE = frozenset({"1", "2", "120", "399", "800", "899"})
"""Return statuses that need no reason: staged, declared, accepted, concluded, released, closed."""
SortKey: TypeAlias = tuple[int, int, int]
"""(instant of a transaction, id of a timeline row or receipt group in it, time of its receipt or 0)."""
_decode = msgspec.json.Decoder(tuple[Reason, ...]).decode


def happenings_of(
    connection: Connection,
    sandbox: str,
    order_numbers: Sequence[str],
    receipts: Iterable[Receipt],
    belongs: Callable[[str, str], bool],
    law: Parameters,
) -> list[HappeningOut]:
    """Return the timeline rows stored under these order numbers and the receipts without a row, in stored order.

    `belongs(kind, key)` returns True for documents of the story."""
    rows = [row for row in _rows(connection, sandbox, order_numbers) if belongs(row.kind, row.key)]
    reported = {(_kind(row), row.key, row.return_status, row.return_time) for row in rows if row.return_status}
    reporting: dict[tuple[str, str], list[SortKey]] = {}
    for row in rows:
        if row.return_time is not None:
            reporting.setdefault((_kind(row), row.key), []).append(_sort_key(row))
    entries = [(_sort_key(row), _from_row(row, law)) for row in rows]
    entries += [
        (_receipt_key(receipt, reporting.get((receipt.kind, receipt.key), ())), _from_receipt(receipt, law))
        for receipt in {receipt.step: receipt for receipt in receipts}.values()
        if belongs(receipt.kind, receipt.key) and receipt.step not in reported
    ]
    return [happening for _, happening in sorted(entries, key=itemgetter(0))]


def _rows(connection: Connection, sandbox: str, order_numbers: Sequence[str]) -> Sequence[Any]:
    if not any(order_numbers):
        return ()
    numbers = [order_number for order_number in order_numbers if order_number]
    chosen = select(timeline).where(timeline.c.sandbox == sandbox, timeline.c.order_no.in_(numbers))
    return fetch_whole(connection, chosen.order_by(timeline.c.id), timeline)


def _sort_key(row: Any) -> SortKey:
    return row.at, row.id, 0 if row.return_time is None else row.return_time


def _receipt_key(receipt: Receipt, lines: Sequence[SortKey]) -> SortKey:
    """Return the sort key of a receipt without a row: before the rows of its transaction, except rows with an earlier
    time."""
    earlier = [(at, number) for at, number, time in lines if time < receipt.return_time]
    return *max([receipt.written, *earlier]), receipt.return_time


def _kind(row: Any) -> str:
    return subject_kind(row.actor, row.kind)


def _from_row(row: Any, law: Parameters) -> HappeningOut:
    reasons = _decode(row.reasons) if row.reasons else ()
    kind = _kind(row)
    warned = row.event in phrases.book()["warning"]["events"]
    return HappeningOut.of(
        row,
        actor=phrases.phrase("actor", row.actor),
        kind=kind,
        words=phrases.event(row.event, kind),
        state_words=phrases.state(row.state, kind),
        because=tuple(
            replace(phrases.because(_with_business_key(row, reason), law), warning=warned) for reason in reasons
        ),
    )


def _with_business_key(row: Any, reason: Reason) -> Reason:
    """Add the document's business key to a reason's values, because the texts of the port's rules contain it."""
    book = rules.RULE_BOOKS.get(row.kind)
    key: Mapping[str, str] = dict(zip(book.key, row.key.split("|"), strict=False)) if book else {}
    return reason._replace(values={"order_no": row.order_no, **key, **reason.values})


def _from_receipt(receipt: Receipt, law: Parameters) -> HappeningOut:
    event = event_of_status(receipt.kind, receipt.return_status)
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
    return AGENCY_NAMES.get(known.gateway, known.gateway) if known else "customs"


def _state(receipt: Receipt) -> str:
    """Return the state that a receipt's step led to; empty if no step has its status."""
    if receipt.kind == "tax_bill":
        return statuses.BILL.get(receipt.return_status, "")
    if receipt.return_status == acceptance_answer(receipt.kind)[0] == CONCLUDED:
        return "accepted"
    lives = lifecycle.LIFECYCLE_OF.get(receipt.kind, "document")
    return next(
        (
            step.to
            for step in lifecycle.all_lifecycles()[lives].transitions
            if step.return_status == receipt.return_status
        ),
        "",
    )
