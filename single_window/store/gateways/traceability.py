"""The traceability gateway's state in the database, with the account books and lists that it reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, or_, select, tuple_

from declarations.reasons import Reason
from gateways.traceability.repository import (
    BookKey,
    BookLot,
    ParcelOutcome,
    Recall,
    TraceBatch,
    TraceCode,
    TracedLine,
    TracedUnit,
)
from single_window.store.agency_tables.traceability import recall, recall_parcel, trace_batch, trace_code
from single_window.store.bulk import insert_rows, on_sqlite, one_of, upsert_rows
from single_window.store.gateways import traced_lists
from single_window.store.gateways.agency_state import AgencyState
from single_window.store.gateways.batch_rows import BatchRows
from single_window.store.records import Records, decoder
from single_window.store.series import TRACE_CODE
from single_window.store.tables import account_book

BATCHES = Records(TraceBatch, trace_batch)
RECALLS = Records(
    Recall,
    recall,
    {
        "lots": decoder(tuple[str, ...], tuple),
        "units": decoder(tuple[TracedUnit, ...], tuple),
        "platforms": decoder(tuple[str, ...], tuple),
        "reasons": decoder(tuple[Reason, ...], tuple),
        "booked_out": decoder(dict[str, int], dict),
    },
)
_BOOK = [account_book.c[name] for name in BookLot._fields]


def book_lots(
    connection: Connection, sandbox: str, keys: Collection[BookKey], lock: bool = False
) -> Mapping[BookKey, BookLot]:
    """Return lots of account books; `lock`: until the transaction ends."""
    if not keys:
        return {}
    columns = account_book.c
    named = {ems_no: {item for book, item in keys if book == ems_no} for ems_no, _ in keys}
    chosen = select(*_BOOK).where(columns.sandbox == sandbox, one_of(connection, columns.ems_no, sorted(named)))
    chosen = chosen.where(one_of(connection, columns.item_record_no, sorted(set().union(*named.values()))))
    if lock and not on_sqlite(connection):
        chosen = chosen.order_by(columns.ems_no, columns.item_record_no).with_for_update()
    lots = map(BookLot._make, connection.execute(chosen))
    return {(lot.ems_no, lot.item_record_no): lot for lot in lots if (lot.ems_no, lot.item_record_no) in keys}


class StoredTraces:
    """Batches, lots and lists of one sandbox as anybody reads them; `_locks`: lots, until the transaction ends."""

    _locks = False

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._lots: dict[BookKey, BookLot] = {}
        self._batches = BatchRows(connection, sandbox, BATCHES)

    def book_lots(self, keys: Collection[BookKey]) -> Mapping[BookKey, BookLot]:
        missing = sorted(set(keys) - self._lots.keys())
        self._lots.update(book_lots(self._connection, self._sandbox, missing, lock=self._locks))
        return {key: self._lots[key] for key in keys if key in self._lots}

    def batches(
        self, keys: Collection[str] = (), lots: Collection[str] = (), books: Collection[BookKey] = ()
    ) -> Sequence[TraceBatch]:
        self._batches.grouped("key", keys)
        self._batches.grouped("lot", lots)

        def fits(batch: TraceBatch) -> bool:
            return batch.key in keys or batch.lot in lots or batch.book_key in books

        if not books:
            return self._batches.known(fits)
        columns = trace_batch.c
        return self._batches.chosen(tuple_(columns.ems_no, columns.item_record_no).in_(sorted(set(books))), fits=fits)

    def batches_of(self, ebc_code: str, gtin: str, item_no: str, book: BookKey) -> Sequence[TraceBatch]:
        columns = trace_batch.c
        numbers = or_(
            (columns.gtin == gtin) & (columns.gtin != ""),
            (columns.item_no == item_no) & (columns.item_no != ""),
            (columns.ems_no == book[0]) & (columns.item_record_no == book[1]) & (columns.ems_no != ""),
        )
        return self._batches.chosen(
            columns.ebc_code == ebc_code, numbers, fits=lambda batch: batch.ebc_code == ebc_code
        )

    def traced_lines(
        self, ebc_code: str, units: Sequence[TracedUnit], until: int, invt_nos: Collection[str] = ()
    ) -> Iterable[TracedLine]:
        return traced_lists.traced_lines(self._connection, self._sandbox, ebc_code, units, until, invt_nos)


class StoredTraceabilityRepository(AgencyState, StoredTraces):
    """State of one sandbox for one batch of deliveries."""

    _locks = True

    def begin(self) -> None:
        self._lots = {}
        self._batches = self.rows(BATCHES)
        self._recalls = self.rows(RECALLS, lock=True, cases="recall")
        self._new_codes: list[TraceCode] = []
        self._outcomes: dict[tuple[int, str], ParcelOutcome] = {}

    def put_batch(self, batch: TraceBatch) -> None:
        self._batches.put(batch)

    def put_codes(self, codes: Sequence[TraceCode]) -> None:
        self._new_codes += codes

    def code_numbers(self, count: int) -> Sequence[int]:
        return self._numbering.take(self._sandbox, TRACE_CODE, count)

    def recalls(self, ids: Collection[int]) -> Mapping[int, Recall]:
        return self._recalls.by_key([number for number in ids if number])

    def recalls_of(self, ebc_code: str) -> Sequence[Recall]:
        return self._recalls.chosen(recall.c.ebc_code == ebc_code, fits=lambda found: found.ebc_code == ebc_code)

    def recall_ids(self, numbers: Collection[str]) -> Mapping[str, int]:
        columns = recall.c
        chosen = select(columns.recall_no, columns.id).where(
            columns.sandbox == self._sandbox, one_of(self._connection, columns.recall_no, list(numbers))
        )
        stored = {row[0]: row[1] for row in self._connection.execute(chosen)}
        put = {recalled.recall_no: recalled.id for recalled in self._recalls.changed.values()}
        return {**stored, **{number: put[number] for number in numbers if number in put}}

    def put_recall(self, recalled: Recall) -> None:
        self._recalls.put(recalled)

    def outcomes(self, recall_id: int) -> Sequence[ParcelOutcome]:
        columns = recall_parcel.c
        chosen = select(*[columns[name] for name in ParcelOutcome._fields]).where(
            columns.sandbox == self._sandbox, columns.recall_id == recall_id
        )
        stored = {row.invt_no: ParcelOutcome(*row) for row in self._connection.execute(chosen)}
        put = {invt_no: outcome for (number, invt_no), outcome in self._outcomes.items() if number == recall_id}
        return list((stored | put).values())

    def put_outcomes(self, outcomes: Sequence[ParcelOutcome]) -> None:
        self._outcomes.update({(outcome.recall_id, outcome.invt_no): outcome for outcome in outcomes})

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        super().save(connection)
        rows = [(self._sandbox, *code) for code in self._new_codes]
        insert_rows(connection, trace_code, ("sandbox", *TraceCode._fields), rows)
        parcels = [(self._sandbox, *outcome) for outcome in self._outcomes.values()]
        columns = ("sandbox", *ParcelOutcome._fields)
        upsert_rows(connection, recall_parcel, columns, parcels, replace=("back", "destroyed", "refunded", "seq", "at"))


REPOSITORY = StoredTraceabilityRepository
