"""Rows of one kind as a batch of deliveries sees them: loaded once, and as it has put them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection

from single_window.store.bulk import on_sqlite, upsert_rows
from single_window.store.records import Records

RowT = TypeVar("RowT")


class BatchRows(Generic[RowT]):
    """Rows of a sandbox that a batch has loaded or put, by the column `key`; `lock`: they are locked when loaded by it.

    `cases`: the kind of case that they are; empty: none.
    """

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        records: Records[RowT],
        key: str = "id",
        *,
        lock: bool = False,
        cases: str = "",
    ) -> None:
        self._connection, self._sandbox, self._records = connection, sandbox, records
        self._key, self._lock, self.cases = key, lock, cases
        self._known: dict[Any, RowT] = {}
        self._groups: dict[str, dict[Any, dict[Any, RowT]]] = {}
        self._loaded: dict[str, set[Any]] = {}
        self.changed: dict[Any, RowT] = {}
        """Rows that were put, by key."""

    def by_key(self, keys: Collection[Any]) -> dict[Any, RowT]:
        """Return rows by key; those that are not found are missing."""
        for row in self._records.load(self._connection, self._sandbox, self._key, self._new(keys), lock=self._lock):
            self._remember(row)
        return {key: self._known[key] for key in keys if key in self._known}

    def made(self, keys: Collection[Any], make: Callable[[Any], RowT]) -> dict[Any, RowT]:
        """Return rows by key, locked; where there is none, one that `make` makes of its key."""
        new = self._new(keys)
        if new and not on_sqlite(self._connection):  # create missing rows, so that they can be locked
            rows = [(self._sandbox, key) for key in new]
            upsert_rows(self._connection, self._records.table, ("sandbox", self._key), rows)
        found = self.by_key(keys)
        for key in keys:
            if key not in found:
                self._known[key] = found[key] = make(key)
        return found

    def grouped(self, column: str, values: Collection[Any]) -> list[RowT]:
        """Return the rows with one of these values in a column, whose value never changes, by key; each value is loaded
        once."""
        groups = self._group_by(column)
        loaded = self._loaded.setdefault(column, set())
        new = sorted(set(values) - loaded)
        for row in self._records.load(self._connection, self._sandbox, column, new):
            self._remember(row)
        loaded.update(new)
        return self._in_order(row for value in set(values) for row in groups.get(value, {}).values())

    def chosen(self, *where: ColumnElement[bool], fits: Callable[[RowT], bool]) -> list[RowT]:
        """Return the rows that conditions choose and those that were put, as far as they fit, by key."""
        own = self._records.table.c.sandbox == self._sandbox
        statement = self._records.select().where(own, *where)
        for row in map(self._records.make, self._connection.execute(statement)):
            self._remember(row)
        return self.known(fits)

    def known(self, fits: Callable[[RowT], bool]) -> list[RowT]:
        """Return the rows that the batch knows already, as far as they fit, by key."""
        return self._in_order(filter(fits, self._known.values()))

    def put(self, row: RowT) -> None:
        """Store a new or changed row when the batch is saved; another object of the same key takes its place."""
        key = self._key_of(row)
        if (before := self._known.get(key)) is not row:
            if before is not None:
                self._forget(before)
            self._remember(row)
        self.changed[key] = row

    def save(self, connection: Connection) -> None:
        """Write the rows that were put."""
        self._records.save(connection, self._sandbox, self.changed.values())

    def _new(self, keys: Iterable[Any]) -> list[Any]:
        return sorted({key for key in keys if key not in self._known})

    def _key_of(self, row: RowT) -> Any:
        return getattr(row, self._key)

    def _in_order(self, rows: Iterable[RowT]) -> list[RowT]:
        return sorted(rows, key=self._key_of)

    def _group_by(self, column: str) -> dict[Any, dict[Any, RowT]]:
        if column not in self._groups:
            self._groups[column] = {}
            for row in self._known.values():
                self._groups[column].setdefault(getattr(row, column), {})[self._key_of(row)] = row
        return self._groups[column]

    def _forget(self, row: RowT) -> None:
        for column, groups in self._groups.items():
            groups[getattr(row, column)].pop(self._key_of(row))
        del self._known[self._key_of(row)]

    def _remember(self, row: RowT) -> None:
        """Know a row, unless the batch has it already."""
        key = self._key_of(row)
        if key not in self._known:
            self._known[key] = row
            for column, groups in self._groups.items():
                groups.setdefault(getattr(row, column), {})[key] = row
