"""Counts of a day: messages, documents, declarations, receipts, pending work, tax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from declarations import lifecycle
from declarations.calendar import DAY, day_of, instant_of
from declarations.money import Scaled, amount_text
from gateways.customs.outcome import KIND_OF_LIST
from schemas import catalogue
from single_window.context import MAIN
from single_window.store import deliveries
from single_window.store.tables import declaration, document, message, receipt, receipt_group, request, tax_bill

REQUESTS = tuple(kind for kind, handling in catalogue.handled().items() if handling.subject_kind == "declaration")


LISTS = tuple(catalogue.by_kind(kind).code for kind in KIND_OF_LIST.values())
"""Types of messages that declare lists."""


class _Totals(msgspec.Struct, array_like=True):
    """The totals of a stored assessment; its lines are not decoded."""

    lines: msgspec.Raw
    value: int
    duty: int
    consumption: int
    vat: int
    total: int


_totals = msgspec.json.Decoder(_Totals).decode
VALID_BILLS = ("made", "summarised", "overdue", "collected")
"""States of tax bills that count."""


@dataclass(frozen=True, slots=True)
class TaxOfTheDay:
    """Totals in yuan of the valid tax bills of lists released on the day."""

    bills: int
    value: str
    duty: str
    consumption: str
    vat: str
    total: str


@dataclass(frozen=True, slots=True)
class Counts:
    """One day of a sandbox, or all its days (`day` None)."""

    sandbox: str
    day: date | None
    messages: Mapping[str, int]
    """By state."""
    documents: Mapping[str, int]
    """By kind: documents of the day's messages."""
    declarations: Mapping[str, int]
    """By current state: lists received on the day."""
    receipts: Mapping[tuple[str, str], int]
    """By message code and return status."""
    deliveries: Mapping[str, int]
    """Currently open and parked deliveries of the sandbox, by state."""
    requests: Mapping[tuple[str, str], int]
    """By kind and state: currently open cancellations and returns of the sandbox, of any day."""
    tax: TaxOfTheDay
    lists: Mapping[tuple[str, str], int]
    """The declarations by flow (I, E) and state."""

    def of_flow(self, flow: str) -> dict[str, int]:
        """Return the declarations of a flow, by state."""
        return {state: count for (listed_flow, state), count in self.lists.items() if listed_flow == flow}


def latest_day(connection: Connection, sandbox: str) -> date | None:
    """Return the day of the sandbox's last message with lists, else of its last message; None: it has none."""
    told = message.c
    newest = select(told.received_at).where(told.sandbox == sandbox).order_by(told.received_at.desc()).limit(1)
    latest = connection.execute(newest.where(told.code.in_(LISTS))).scalar()
    if latest is None:
        latest = connection.execute(newest).scalar()
    return None if latest is None else day_of(latest)


def busy_sandbox(connection: Connection) -> str:
    """Return the sandbox of the oldest message if `main` has no messages; empty otherwise."""
    columns = message.c
    if connection.execute(select(columns.id).where(columns.sandbox == MAIN).limit(1)).first() is not None:
        return ""
    oldest = select(func.min(columns.id)).scalar_subquery()
    return connection.execute(select(columns.sandbox).where(columns.id == oldest)).scalar() or ""


def count_day(connection: Connection, sandbox: str, day: date | None) -> Counts:
    """Return the counts of a sandbox's day, or of all its days (None)."""
    received, filed = _is_within(message.c.received_at, day), _is_within(receipt_group.c.filed_at, day)
    of_receipts = receipt.join(receipt_group, receipt_group.c.id == receipt.c.group_id)
    lists = _count_by(
        connection,
        _lists_of_day(day),
        (declaration.c.flow, declaration.c.state),
        _is_of_day(document.c.message_id, sandbox, day) or [declaration.c.sandbox == sandbox],
    )
    return Counts(
        sandbox=sandbox,
        day=day,
        messages=_count_by(connection, message, (message.c.state,), [message.c.sandbox == sandbox, *received]),
        documents=_count_by(
            connection,
            document,
            (document.c.kind,),
            _is_of_day(document.c.message_id, sandbox, day) or [document.c.sandbox == sandbox],
        ),
        declarations=_count_by_state(lists),
        receipts=_count_by(
            connection,
            of_receipts,
            (receipt.c.code, receipt.c.return_status),
            [receipt_group.c.sandbox == sandbox, *filed],
        ),
        deliveries=deliveries.depth(connection, sandbox),
        requests=waiting_requests(connection, sandbox),
        tax=_tax_of_day(connection, sandbox, day),
        lists=lists,
    )


def _is_of_day(message_id: Any, sandbox: str, day: date | None) -> list[ColumnElement[bool]]:
    """Return the condition that a row belongs to a message of the day. The subquery uses the index on instants."""
    if day is None:
        return []
    within = _is_within(message.c.received_at, day)
    return [message_id.in_(select(message.c.id).where(message.c.sandbox == sandbox, *within))]


def _lists_of_day(day: date | None) -> Any:
    """Return the table of lists; for a day, joined with their documents by the shared key."""
    if day is None:
        return declaration
    flow = case((document.c.kind == KIND_OF_LIST["E"], "E"), else_="I")
    return document.join(
        declaration,
        and_(
            declaration.c.sandbox == document.c.sandbox,
            declaration.c.key == document.c.key,
            declaration.c.flow == flow,
            declaration.c.document_id == document.c.id,
        ),
    )


def _count_by_state(lists: Mapping[tuple[str, str], int]) -> dict[str, int]:
    by_state: dict[str, int] = {}
    for (_, state), count in sorted(lists.items(), key=lambda entry: entry[0][1]):
        by_state[state] = by_state.get(state, 0) + count
    return by_state


def waiting_requests(connection: Connection, sandbox: str) -> dict[tuple[str, str], int]:
    """Return the number of open cancellations and returns, by kind and state."""
    lives = {kind: lifecycle.all_lifecycles()[lifecycle.LIFECYCLE_OF[kind]] for kind in REQUESTS}
    open_ = [
        and_(
            request.c.kind == kind,
            request.c.state.in_([name for name, state in life.states.items() if not (state.final or state.ended)]),
        )
        for kind, life in lives.items()
    ]
    return _count_by(
        connection, request, (request.c.kind, request.c.state), [request.c.sandbox == sandbox, or_(*open_)]
    )


def _is_within(column: Any, day: date | None) -> list[ColumnElement[bool]]:
    return [] if day is None else [column >= instant_of(day), column < instant_of(day) + DAY]


def _count_by(
    connection: Connection, source: Any, columns: Sequence[Any], where: Sequence[ColumnElement[bool]]
) -> dict[Any, int]:
    rows = connection.execute(
        select(*columns, func.count()).select_from(source).where(*where).group_by(*columns).order_by(*columns)
    )
    return {row[0] if len(columns) == 1 else tuple(row[:-1]): row[-1] for row in rows}


def total_of(assessment: str) -> Scaled:
    """Return the total of a stored assessment."""
    return _totals(assessment).total


def _tax_of_day(connection: Connection, sandbox: str, day: date | None) -> TaxOfTheDay:
    is_valid = tax_bill.c.state.in_(VALID_BILLS)
    rows = connection.execute(
        select(tax_bill.c.assessment).where(
            tax_bill.c.sandbox == sandbox, is_valid, *_is_within(tax_bill.c.released_at, day)
        )
    )
    bills = [_totals(text) for (text,) in rows]
    sums = [
        amount_text(sum(getattr(totals, name) for totals in bills))
        for name in ("value", "duty", "consumption", "vat", "total")
    ]
    return TaxOfTheDay(len(bills), *sums)
