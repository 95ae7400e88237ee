"""Traceability: each batch has as many codes as it says, no lot more batches than its account book was filed with; of
the lots of a recall, what is held, sold and booked out is what was filed, and they are held as long as it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, select

from declarations.money import SCALE
from declarations.traceability.codes import is_trace_code
from declarations.traceability.recalls import balance
from gateways.holds import Held
from gateways.traceability.outcomes import BY, goods_of, holder_of
from gateways.traceability.repository import BookKey, BookLot, Recall, TraceBatch
from single_window.auditing.held import rows_in_pieces
from single_window.auditing.ledger import Ledger, LedgerDifference
from single_window.language.words import Words
from single_window.store.agency_tables.traceability import recall, recall_parcel, trace_batch, trace_code
from single_window.store.gateways.traceability import BATCHES, RECALLS, book_lots
from single_window.store.gateways.traced_lists import traced_lines
from single_window.store.tables import hold

WORDS = Words("追溯与召回", "traceability")
NOT_ITS_CODES, NO_CODE, NO_BATCH = "codes of its batch", "no trace code", "codes of no batch"
BEYOND_STOCK = "traced beyond what was filed"
UNBALANCED, TOO_MUCH = "held, sold and booked out", "more came back than was sold"
NOT_HELD, HELD_BY_NOBODY = "lot not held", "lot held for no recall"


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Count codes and quantities again, and compare them with batches, account books, lists and holds."""
    chosen = BATCHES.select().where(trace_batch.c.sandbox == sandbox)
    batches = list(map(BATCHES.make, connection.execute(chosen.order_by(trace_batch.c.id)).all()))
    ordered = RECALLS.select().where(recall.c.sandbox == sandbox).order_by(recall.c.id)
    recalls = list(map(RECALLS.make, connection.execute(ordered).all()))
    lots = book_lots(connection, sandbox, {key for batch in batches if (key := batch.book_key)[0]})
    lots = {**lots, **book_lots(connection, sandbox, {key for found in recalls for key in found.book_keys})}
    codes = _codes(connection, sandbox)
    differences = (
        *_of_codes(batches, codes),
        *_of_batches(batches, lots),
        *_of_quantities(connection, sandbox, recalls, lots),
        *_of_holds(connection, sandbox, recalls),
        *_misspelt(connection, sandbox),
    )
    sums = {"batches": len(batches), "codes": codes.total(), "recalls": len(recalls)}
    scaled = {name: count * SCALE for name, count in sums.items()}
    scaled["parcels"] = SCALE * int(
        connection.execute(select(func.count()).where(recall_parcel.c.sandbox == sandbox)).scalar_one()
    )
    return Ledger("traceability", WORDS, len(batches) + len(recalls), scaled, differences)


def _codes(connection: Connection, sandbox: str) -> Counter[int]:
    """The number of codes of each batch."""
    counted = select(trace_code.c.batch_id, func.count()).where(trace_code.c.sandbox == sandbox)
    return Counter({number: count for number, count in connection.execute(counted.group_by(trace_code.c.batch_id))})


def _of_codes(batches: Sequence[TraceBatch], codes: Counter[int]) -> Iterator[LedgerDifference]:
    """Each batch has a code for its lot, and one for each item that it says has one."""
    for batch in batches:
        if codes[batch.id] != 1 + batch.codes:
            yield LedgerDifference(batch.batch_no, NOT_ITS_CODES, (1 + batch.codes) * SCALE, codes[batch.id] * SCALE)
    for number in sorted(codes.keys() - {batch.id for batch in batches}):
        yield LedgerDifference(str(number), NO_BATCH, 0, codes[number] * SCALE)


def _misspelt(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Codes without the form or the check character of one."""
    columns = trace_code.c
    chosen = select(columns.batch_id, columns.serial, columns.code).where(columns.sandbox == sandbox)
    for row in rows_in_pieces(connection, chosen, columns.batch_id, columns.serial):
        if not is_trace_code(row.code):
            yield LedgerDifference(row.code, NO_CODE, SCALE, 0)


def _of_batches(batches: Sequence[TraceBatch], lots: Mapping[BookKey, BookLot]) -> Iterator[LedgerDifference]:
    """No lot of an account book has batches of more than was filed."""
    traced: Counter[BookKey] = Counter()
    for batch in batches:
        if batch.ems_no:
            traced[batch.book_key] += batch.qty
    for key, quantity in sorted(traced.items()):
        filed = lots[key].filed if key in lots else 0
        if quantity > filed:
            yield LedgerDifference(" ".join(key), BEYOND_STOCK, quantity, filed)


def _of_quantities(
    connection: Connection, sandbox: str, recalls: Sequence[Recall], lots: Mapping[BookKey, BookLot]
) -> Iterator[LedgerDifference]:
    """Of each recalled lot, what is left, what lists have drawn and what was booked out is what was filed."""
    units = {unit.book_key: unit for found in recalls for unit in found.units if unit.ems_no}
    listed: Counter[BookKey] = Counter()
    for line in traced_lines(connection, sandbox, "", list(units.values()), 0) if units else ():
        listed[line.unit.book_key] += line.kept
    for key in sorted(units):
        if lot := lots.get(key):
            found = lot.filed - lot.drawn + listed[key]
            if found != lot.filed:
                yield LedgerDifference(" ".join(key), UNBALANCED, lot.filed, found)
    for found_recall in recalls:
        if not balance(found_recall.sold_qty, found_recall.quantities):
            more = max(found_recall.quantities)
            yield LedgerDifference(found_recall.recall_no, TOO_MUCH, more, found_recall.sold_qty)


def _of_holds(connection: Connection, sandbox: str, recalls: Sequence[Recall]) -> Iterator[LedgerDifference]:
    """Goods are held for the recalls that hold them, and for no other."""
    chosen = select(hold.c.key, hold.c.by).where(
        hold.c.sandbox == sandbox,
        hold.c.kind.in_([Held.LOT, Held.GOODS]),
        hold.c.by.startswith(f"{BY}:", autoescape=True),
    )
    held = {(key, by) for key, by in connection.execute(chosen)}
    holding = {(key, holder_of(found)) for found in recalls for _, key in goods_of(found)[: found.holding]}
    yield from (LedgerDifference(" ".join(pair), HELD_BY_NOBODY, SCALE, 0) for pair in sorted(held - holding))
    yield from (LedgerDifference(" ".join(pair), NOT_HELD, 0, SCALE) for pair in sorted(holding - held))
