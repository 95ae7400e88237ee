"""Trace codes that people look up: what batch a code is of, how often it was looked up, which codes were copied, which
lots others have registered, too. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, or_, select, update

from declarations.calendar import day_of
from declarations.traceability.codes import is_trace_code
from gateways.traceability.repository import TraceBatch
from single_window.store.agency_tables.traceability import trace_batch, trace_code, trace_lookup
from single_window.store.bulk import chunks, one_of, upsert_rows
from single_window.store.gateways.traceability import BATCHES
from single_window.store.gateways.traced_lists import drawn_stock
from single_window.store.law_books import law_of
from single_window.store.tables import declaration

_BOOKS = 100
"""Items of account books of which one statement looks for batches."""


class FoundCode(NamedTuple):
    """A code that was issued, with its batch; `serial`: 0 for the lot, else the item. `looked_up`: how often, with this
    time if it was counted; `first_looked_up`, `last_looked_up`: when for the first time, and the last time before this
    one, 0: never."""

    code: str
    serial: int
    looked_up: int
    first_looked_up: int
    last_looked_up: int
    batch: TraceBatch

    def is_copied(self, least: int) -> bool:
        """True for the code of an item, which one buyer has, that was looked up at least so often."""
        return self.serial > 0 and self.looked_up >= least


def find_code(connection: Connection, sandbox: str, text: str) -> FoundCode | None:
    """Return a code with its batch; None for one that was not issued, as for a text that is no code."""
    if not is_trace_code(text):
        return None
    own = (trace_code.c.sandbox == sandbox, trace_code.c.code == text)
    row = connection.execute(_CODES.where(*own)).first()
    if row is None:
        return None
    (batch,) = BATCHES.load(connection, sandbox, "id", [row.batch_id])
    return _found(row, batch)


def look_up_code(connection: Connection, sandbox: str, text: str, now: int) -> FoundCode | None:
    """Count that a code is looked up at an instant of its sandbox; return it as `find_code` does."""
    found = find_code(connection, sandbox, text)
    if found is None:
        return None
    upsert_rows(connection, trace_lookup, _COUNTED, [(sandbox, text, 0, now, now)])
    own = (trace_lookup.c.sandbox == sandbox, trace_lookup.c.code == text)
    counted = update(trace_lookup).where(*own).values(looked_up=trace_lookup.c.looked_up + 1, last_looked_up=now)
    row = connection.execute(counted.returning(trace_lookup.c.looked_up, trace_lookup.c.first_looked_up)).one()
    return found._replace(looked_up=row.looked_up, first_looked_up=row.first_looked_up)


def copied_from(connection: Connection, sandbox: str, now: int) -> int:
    """Return the number of look-ups from which the code of an item counts as copied, at an instant."""
    return int(law_of(connection, sandbox).on("traceability.copied_lookups", day_of(now)).amount)


def codes_of(
    connection: Connection, sandbox: str, batch_id: int, after: int, limit: int, copied: int = 0
) -> list[FoundCode]:
    """Return at most `limit` codes of a batch, those of items whose serials are above `after`, by serial; -1: from that
    of the lot on; `copied`: only those of items that were looked up at least so often, 0: all."""
    columns = trace_code.c
    chosen = _CODES.where(columns.sandbox == sandbox, columns.batch_id == batch_id, columns.serial > after)
    if copied:
        chosen = chosen.where(columns.serial > 0, trace_lookup.c.looked_up >= copied)
    rows = connection.execute(chosen.order_by(columns.serial).limit(limit)).all()
    return [_found(row, batch) for batch in BATCHES.load(connection, sandbox, "id", [batch_id]) for row in rows]


def copied_codes(connection: Connection, sandbox: str, least: int, limit: int) -> list[FoundCode]:
    """Return at most `limit` codes of items that were looked up at least so often, those looked up most first."""
    looked, codes = trace_lookup.c, trace_code.c
    chosen = _CODES.where(looked.sandbox == sandbox, looked.looked_up >= least, codes.serial > 0)
    rows = connection.execute(chosen.order_by(looked.looked_up.desc(), codes.code).limit(limit)).all()
    batches = {batch.id: batch for batch in BATCHES.load(connection, sandbox, "id", {row.batch_id for row in rows})}
    return [_found(row, batches[row.batch_id]) for row in rows]


def count_copied(connection: Connection, sandbox: str, batch_id: int, least: int) -> int:
    """Return how many codes of items of a batch were looked up at least so often."""
    chosen = _CODES.where(trace_code.c.sandbox == sandbox, trace_code.c.batch_id == batch_id, trace_code.c.serial > 0)
    often = chosen.where(trace_lookup.c.looked_up >= least).subquery()
    return int(connection.execute(select(func.count()).select_from(often)).scalar_one())


def registered_by_others(connection: Connection, sandbox: str, batch: TraceBatch) -> list[TraceBatch]:
    """Return the batches of other companies with the same GTIN and lot of its producer, newest first. Several may
    import goods of one lot; a lot that nobody else should have was copied."""
    same = batches_with(connection, sandbox, batch.gtin, batch.lot)
    return [other for other in same if other.ebc_code != batch.ebc_code]


def batches_with(connection: Connection, sandbox: str, gtin: str, lot: str) -> list[TraceBatch]:
    """Return the batches of a GTIN-14 and a lot of its producer, newest first."""
    columns = trace_batch.c
    chosen = BATCHES.select().where(columns.sandbox == sandbox, columns.gtin == gtin, columns.gtin != "")
    return list(map(BATCHES.make, connection.execute(chosen.where(columns.lot == lot).order_by(columns.id.desc()))))


def batches_drawn(connection: Connection, sandbox: str, lists: Collection[int]) -> list[TraceBatch]:
    """Return the batches of the items of account books on which lists (ids) have drawn, oldest first."""
    one = one_of(connection, declaration.c.id, sorted(lists))
    held = connection.execute(select(declaration.c.held).where(one, declaration.c.sandbox == sandbox)).scalars()
    books = sorted({(book, item) for drawn in held for book, item, *_ in drawn_stock(drawn or "{}")})
    columns, found = trace_batch.c, list[TraceBatch]()
    for some in chunks(books, _BOOKS):
        named = [
            and_(columns.sandbox == sandbox, columns.ems_no == book, columns.item_record_no == item)
            for book, item in some
        ]
        found += map(BATCHES.make, connection.execute(BATCHES.select().where(or_(*named))))
    return sorted(found, key=lambda batch: batch.id)


def batches_recalled(connection: Connection, sandbox: str, recall_no: str) -> list[TraceBatch]:
    """Return the batches of which this recall is the newest, oldest first."""
    columns = trace_batch.c
    chosen = BATCHES.select().where(columns.sandbox == sandbox, columns.recall_no == recall_no)
    return list(map(BATCHES.make, connection.execute(chosen.order_by(columns.id))))


_COUNTED = ("sandbox", "code", "looked_up", "first_looked_up", "last_looked_up")
_CODES: Select[Any] = select(
    *trace_code.c["code", "serial", "batch_id"],
    func.coalesce(trace_lookup.c.looked_up, 0).label("looked_up"),
    func.coalesce(trace_lookup.c.first_looked_up, 0).label("first_looked_up"),
    func.coalesce(trace_lookup.c.last_looked_up, 0).label("last_looked_up"),
).outerjoin(
    trace_lookup, and_(trace_lookup.c.sandbox == trace_code.c.sandbox, trace_lookup.c.code == trace_code.c.code)
)


def _found(row: Any, batch: TraceBatch) -> FoundCode:
    return FoundCode(row.code, row.serial, row.looked_up, row.first_looked_up, row.last_looked_up, batch)
