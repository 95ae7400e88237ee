"""The state of open data in the database, with the lists that are counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.documents import ExportInventory, Inventory, unpack
from declarations.open_data.lists import TradedList
from declarations.open_data.publishing import ClosedCell
from declarations.open_data.tables import Traded
from declarations.reasons import Reason
from gateways.open_data.repository import OpenDataBase, OpenDataMonth
from schemas.open_data.package import PublishedFile
from single_window.store.agency_tables.open_data import (
    open_data_base,
    open_data_file,
    open_data_lock,
    open_data_month,
)
from single_window.store.bulk import insert_rows
from single_window.store.gateways.agency_state import AgencyState, lock_agency
from single_window.store.gateways.closed_lists import one_of_returned
from single_window.store.records import Records, decoder, from_json
from single_window.store.tables import declaration, document, request

MONTHS = Records(OpenDataMonth, open_data_month, {"reasons": decoder(tuple[Reason, ...], tuple)})
BASES = Records(
    OpenDataBase,
    open_data_base,
    {"traded": decoder(tuple[Traded, ...], tuple), "closed": decoder(tuple[ClosedCell, ...], tuple)},
)
COUNTED = ("released", "closed")
"""The states of lists that are counted; one that is cancelled or sent back is not."""
_FILE = ("sandbox", "month", "edition", "name", "media_type", "sha256", "month_id", "body")
_LOCK = "open_data"
_LISTS: Mapping[str, Any] = {"I": Inventory, "E": ExportInventory}
_IN_PIECES = {"yield_per": 1_000}


def base_of(connection: Connection, sandbox: str, number: int) -> OpenDataBase:
    """Return what the version with this id counts."""
    return BASES.load(connection, sandbox, "id", [number])[0]


def released_lists(connection: Connection, sandbox: str, since: int, until: int) -> Iterator[TradedList]:
    """Yield the lists that were released from one instant to before another and are not cancelled."""
    columns = declaration.c
    chosen = (
        select(columns.flow, columns.released_at, document.c.facts)
        .join(document, document.c.id == columns.document_id)
        .where(
            columns.sandbox == sandbox,
            columns.released_at >= since,
            columns.released_at < until,
            columns.state.in_(COUNTED),
        )
    )
    for row in connection.execute(chosen.order_by(columns.id), execution_options=_IN_PIECES):
        yield TradedList(row.flow, day_of(row.released_at), unpack(_LISTS[row.flow], row.facts))


def returned_lists(connection: Connection, sandbox: str, since: int, until: int) -> Iterator[TradedList]:
    """Yield the goods of released lists that came back (625, 213) from one instant to before another."""
    columns = declaration.c
    chosen = (
        select(columns.flow, columns.released_at, document.c.facts, request.c.lines)
        .join(declaration, columns.id == request.c.declaration_id)
        .join(document, document.c.id == columns.document_id)
        .where(request.c.sandbox == sandbox, one_of_returned(), columns.released_at > 0)
        .where(request.c.last_return >= since, request.c.last_return < until)
    )
    for row in connection.execute(chosen.order_by(request.c.id), execution_options=_IN_PIECES):
        back = {int(gnum): qty for gnum, qty in from_json(row.lines).items()}
        yield TradedList(row.flow, day_of(row.released_at), unpack(_LISTS[row.flow], row.facts), back)


class StoredOpenDataRepository(AgencyState):
    """State of one sandbox for one batch of deliveries. Later queries of the batch see rows that were put."""

    def begin(self) -> None:
        self._months = self.rows(MONTHS, cases="open_data_month")
        self._bases = self.rows(BASES)
        self._files: list[tuple[Any, ...]] = []

    def lock(self) -> None:
        lock_agency(self._connection, self._sandbox, open_data_lock, code=_LOCK)

    def counted(self, since: int, until: int) -> Iterator[TradedList]:
        of_month = (self._connection, self._sandbox, since, until)
        return chain(released_lists(*of_month), returned_lists(*of_month))

    def months(self, ids: Collection[int]) -> Mapping[int, OpenDataMonth]:
        return self._months.by_key(ids)

    def versions_of(self, month: str) -> Sequence[OpenDataMonth]:
        return sorted(self._months.grouped("month", [month]), key=lambda version: version.edition)

    def base_of(self, number: int) -> OpenDataBase:
        return self._bases.changed.get(number) or base_of(self._connection, self._sandbox, number)

    def put_month(self, month: OpenDataMonth) -> None:
        self._months.put(month)

    def put_base(self, base: OpenDataBase) -> None:
        self._bases.put(base)

    def put_files(self, month: OpenDataMonth, files: Sequence[PublishedFile]) -> None:
        for file in files:
            place = (self._sandbox, month.month, month.edition, file.name, file.media_type, file.sha256)
            self._files.append((*place, month.id, file.body))

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        super().save(connection)
        insert_rows(connection, open_data_file, _FILE, self._files)


REPOSITORY = StoredOpenDataRepository
