"""The lists that were closed (899) in a month at the customs offices of a pilot zone, and goods of closed lists that
came back in it, as customs counts them. Read in pieces by their ids: there may be many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from declarations.calendar import day_of
from declarations.commerce.zone_reports import CountedList, span_of_month
from declarations.documents import ExportInventory, Inventory, unpack
from declarations.exchange import convert_to_yuan
from declarations.export import zone_offices
from declarations.forex.rates import NoExchangeRate, letters_of
from declarations.money import Scaled, decimal_of, round_to_fen, scaled_of
from declarations.parameters import NoValue, Parameters, UnknownParameter
from single_window.store.records import from_json
from single_window.store.tables import declaration, document, request

CLOSED, YUAN = "closed", "142"
RETURNED = {"refund": "returned", "export_refund": "closed"}
"""Kind of return request → the state in which its goods are back."""
ROWS_PER_QUERY = 1_000
_COLUMNS = ("id", "flow", "customs_code", "ebc_code", "trade_mode", "accepted_at")


def closed_lists(
    connection: Connection, sandbox: str, zone: str, first: date, law: Parameters
) -> Iterator[CountedList]:
    """Yield the lists of a zone (the name of its city) that were closed in the month of this first day.

    Values are in yuan at the customs rate of the day of acceptance; a line in a currency without a rate counts
    nothing."""
    begins, ends = span_of_month(first)
    columns, after = declaration.c, 0
    while True:
        chosen = (
            select(*[columns[name] for name in _COLUMNS], document.c.facts)
            .join(document, document.c.id == columns.document_id)
            .where(columns.sandbox == sandbox, columns.state == CLOSED, columns.id > after)
            .where(columns.closed_at >= begins, columns.closed_at < ends)
            .order_by(columns.id)
            .limit(ROWS_PER_QUERY)
        )
        rows: Sequence[Any] = connection.execute(chosen).all()
        yield from (_counted(row, law) for row in rows if zone in zone_offices.cities_of(row.customs_code))
        if len(rows) < ROWS_PER_QUERY:
            return
        after = rows[-1].id


def returned_lists(
    connection: Connection, sandbox: str, zone: str, first: date, law: Parameters
) -> Iterator[CountedList]:
    """Yield the goods of a zone's closed lists that came back (625, 213) in the month of this first day."""
    begins, ends = span_of_month(first)
    columns = declaration.c
    chosen = (
        select(*[columns[name] for name in _COLUMNS], document.c.facts, request.c.lines)
        .join(declaration, columns.id == request.c.declaration_id)
        .join(document, document.c.id == columns.document_id)
        .where(request.c.sandbox == sandbox, one_of_returned(), columns.closed_at > 0)
        .where(request.c.last_return >= begins, request.c.last_return < ends)
        .order_by(request.c.id)
    )
    for row in connection.execute(chosen):
        if zone in zone_offices.cities_of(row.customs_code):
            back = {int(gnum): qty for gnum, qty in from_json(row.lines).items()}
            yield _counted(row, law, back)


def one_of_returned() -> ColumnElement[bool]:
    """The condition that the goods of a request are back; its last receipt said so, in `last_return`."""
    return or_(*[(request.c.kind == kind) & (request.c.state == state) for kind, state in RETURNED.items()])


def _counted(row: Any, law: Parameters, back: Mapping[int, int] | None = None) -> CountedList:
    """A list; with `back` the quantities of it that came back, by line, as values below zero."""
    facts: Any = unpack(Inventory if row.flow == "I" else ExportInventory, row.facts)
    values: dict[tuple[str, str], Scaled] = {}
    for line in facts.lines:
        if back is not None and not back.get(line.gnum):
            continue
        amount = _yuan(line.total_price, getattr(line, "currency", YUAN), day_of(row.accepted_at), law)
        if back is not None:
            part = amount * min(back[line.gnum], line.qty) // (line.qty or 1)
            amount = -scaled_of(round_to_fen(decimal_of(part)))
        key = (line.country, line.gcode[:2])
        values[key] = values.get(key, 0) + amount
    return CountedList(row.trade_mode, row.flow, row.ebc_code, values, back is not None)


def _yuan(amount: Scaled, currency: str, day: date, law: Parameters) -> Scaled:
    if currency == YUAN:
        return amount
    try:
        return convert_to_yuan(amount, letters_of(currency), day, law).amount
    except (NoExchangeRate, NoValue, UnknownParameter):
        return 0
