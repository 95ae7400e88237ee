"""The lines of lists with goods that a recall looks for: of import and export lists that draw on a lot of an account
book, and of import lists with an item number of a company. Read in pieces: there may be tens of thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, or_, select

from declarations.account_book import BONDED_MODES
from declarations.documents import Inventory, unpack
from declarations.lifecycle import all_lifecycles
from gateways.traceability.repository import BookKey, TracedLine, TracedUnit
from single_window.store.bulk import begins_with, on_sqlite, one_of
from single_window.store.records import from_json
from single_window.store.tables import declaration, document, request

ENDED = sorted(name for name, state in all_lifecycles()["declaration"].states.items() if state.ended)
"""States of rejected or cancelled lists, which sell nothing."""
RETURN_KINDS = ("refund", "export_refund")
ROWS_PER_QUERY = 10_000
_LISTED = [
    declaration.c[name]
    for name in ("id", "invt_no", "ebc_code", "ebp_code", "logistics_key", "released_at", "order_no")
]


class DrawnStock(msgspec.Struct, frozen=True):
    """The goods that a list has drawn from account books: (book, item, quantity, line)."""

    stock: tuple[tuple[str, str, int, int], ...] = ()


_decode = msgspec.json.Decoder(DrawnStock).decode


def drawn_stock(held: str) -> Sequence[tuple[str, str, int, int]]:
    """Return what a list holds of account books, from the column that keeps it: (book, item, quantity, line)."""
    return _decode(held).stock


def traced_lines(
    connection: Connection,
    sandbox: str,
    ebc_code: str,
    units: Sequence[TracedUnit],
    until: int,
    invt_nos: Collection[str] = (),
) -> Iterator[TracedLine]:
    """Yield the lines with goods of these units, by the ids of their lists: see `TraceabilityRepository`."""
    columns = declaration.c
    wanted = [columns.sandbox == sandbox, columns.accepted_at > 0, columns.state.notin_(ENDED)]
    if invt_nos:
        wanted.append(columns.id.in_(_ids_of(connection, sandbox, invt_nos)))
    books = {unit.book_key: unit for unit in units if unit.ems_no}
    returned = _returned(connection, sandbox, invt_nos) if units else {}
    if books:
        yield from _of_books(connection, wanted, books, returned)
    if numbers := {unit.item_no: unit for unit in units if not unit.ems_no and unit.item_no}:
        wanted += [
            begins_with(connection, columns.key, f"{ebc_code}|"),
            columns.flow == "I",
            columns.released_at <= until,
        ]
        yield from _of_numbers(connection, wanted, numbers, books, returned)


def _returned(connection: Connection, sandbox: str, invt_nos: Collection[str]) -> Mapping[tuple[int, int], int]:
    """(list, line) → the quantity that customs took back."""
    columns = request.c
    chosen = select(columns.declaration_id, columns.lines).where(
        columns.sandbox == sandbox, columns.kind.in_(RETURN_KINDS), columns.state == "returned"
    )
    if invt_nos:
        chosen = chosen.where(columns.declaration_id.in_(_ids_of(connection, sandbox, invt_nos)))
    found: Counter[tuple[int, int]] = Counter()
    for list_id, lines in connection.execute(chosen):
        found.update({(list_id, int(gnum)): quantity for gnum, quantity in from_json(lines or "{}").items()})
    return found


def _ids_of(connection: Connection, sandbox: str, invt_nos: Collection[str]) -> Sequence[int]:
    """The lists of these numbers, found by the index of numbers, which no order by ids may keep from being used."""
    columns = declaration.c
    named = one_of(connection, columns.invt_no, sorted(invt_nos))
    return connection.execute(select(columns.id).where(columns.sandbox == sandbox, named)).scalars().all()


def _of_books(
    connection: Connection,
    wanted: Sequence[ColumnElement[bool]],
    books: Mapping[BookKey, TracedUnit],
    returned: Mapping[tuple[int, int], int],
) -> Iterator[TracedLine]:
    """A list keeps what it draws on a lot until it ends, less what came back to it."""
    columns = declaration.c
    named = [columns.held.contains(f'"{ems_no}"', autoescape=True) for ems_no in sorted({key[0] for key in books})]
    chosen = select(*_LISTED, columns.held).where(columns.trade_mode.in_(sorted(BONDED_MODES)), or_(*named), *wanted)
    for row in _in_pieces(connection, chosen):
        for ems_no, item, quantity, gnum in drawn_stock(row.held):
            back = returned.get((row.id, gnum), 0)
            if quantity + back and (unit := books.get((ems_no, item))):
                yield _line(row, gnum, quantity + back, unit, back)


def _of_numbers(
    connection: Connection,
    wanted: Sequence[ColumnElement[bool]],
    numbers: Mapping[str, TracedUnit],
    books: Mapping[BookKey, TracedUnit],
    returned: Mapping[tuple[int, int], int],
) -> Iterator[TracedLine]:
    """The keys of all lists begin with the company's code, and are indexed. What draws on a lot that is looked for is
    found by the lot."""
    chosen = select(*_LISTED, document.c.facts).join(document, document.c.id == declaration.c.document_id)
    for row in _in_pieces(connection, chosen.where(*wanted)):
        facts = unpack(Inventory, row.facts)
        for line in facts.lines:
            unit = numbers.get(line.item_no)
            if unit is None or (facts.ems_no, line.item_record_no) in books:
                continue
            if not row.released_at or row.released_at >= unit.since:
                back = min(line.qty, returned.get((row.id, line.gnum), 0))
                yield _line(row, line.gnum, line.qty, unit, back)._replace(gcode=line.gcode)


def _line(row: Any, gnum: int, quantity: int, unit: TracedUnit, returned: int) -> TracedLine:
    return TracedLine(
        *(row.id, row.invt_no, row.ebc_code, row.ebp_code, row.logistics_key, row.released_at),
        gnum=gnum,
        quantity=quantity,
        unit=unit,
        returned=returned,
    )


def _in_pieces(connection: Connection, chosen: Select[Any]) -> Iterator[Any]:
    """The rows by id. SQLite streams them; on PostgreSQL a cursor would need a transaction of its own."""
    ordered = chosen.order_by(declaration.c.id)
    if on_sqlite(connection):
        yield from connection.execute(ordered.execution_options(yield_per=ROWS_PER_QUERY))
        return
    last = -1
    while rows := connection.execute(ordered.where(declaration.c.id > last).limit(ROWS_PER_QUERY)).all():
        yield from rows
        last = rows[-1].id
