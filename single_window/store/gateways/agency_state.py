"""Shared parts of the repositories of agencies whose state is not declarations: one sandbox, one batch, the papers that
were filed for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select

from gateways.records import FiledDocument
from single_window.store import work_cases
from single_window.store.bulk import on_sqlite, upsert_rows
from single_window.store.gateways.batch_rows import BatchRows
from single_window.store.gateways.filed import filed_by_id
from single_window.store.gateways.registered import mailboxes_of
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Records

RowT = TypeVar("RowT")


class AgencyState:
    """State of one sandbox for one batch of deliveries. Later queries of the batch see rows that were put."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering
        self._papers: dict[int, FiledDocument] = {}
        self._kept: list[BatchRows[Any]] = []
        self.begin()

    def begin(self) -> None:
        """Say by `rows` what the agency keeps; called once for a batch."""

    def rows(self, records: Records[RowT], key: str = "id", *, lock: bool = False, cases: str = "") -> BatchRows[RowT]:
        """Return rows that are saved with the batch, after those that were named before; see `BatchRows`."""
        kept = BatchRows(self._connection, self._sandbox, records, key, lock=lock, cases=cases)
        self._kept.append(kept)
        return kept

    def documents(self, ids: Collection[int]) -> Mapping[int, FiledDocument]:
        """Return filed documents by id, which are queried once."""
        missing = sorted(set(ids) - self._papers.keys())
        if missing:
            self._papers.update(filed_by_id(self._connection, missing))
        return {number: self._papers[number] for number in ids if number in self._papers}

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        """Return the DXP ids of parties that have one, by their codes."""
        return mailboxes_of(self._connection, self._sandbox, codes)

    def new_id(self) -> int:
        """Return an id for a new row."""
        return self._numbering.next_number(ROWS, "row")

    def touched(self) -> Collection[int]:
        """Return the ids of changed declarations: none."""
        return ()

    def changed(self) -> work_cases.Changed:
        """Return the changed cases by their kind."""
        return {kept.cases: kept.changed.values() for kept in self._kept if kept.cases}

    def save(self, connection: Connection) -> None:
        """Write all rows that were put."""
        for kept in self._kept:
            kept.save(connection)


def lock_agency(connection: Connection, sandbox: str, file: Table, **named: str) -> None:
    """Lock an agency in a sandbox until the transaction ends, by its row of the table `file`; `named`: what else the
    row's key has."""
    if on_sqlite(connection):
        return
    upsert_rows(connection, file, ("sandbox", *named), [(sandbox, *named.values())])
    connection.execute(select(file.c.sandbox).where(file.c.sandbox == sandbox).with_for_update()).all()
