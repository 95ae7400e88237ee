"""Maps dataclasses to tables: one column per field, structured fields as JSON. For the state of gateways.

A row of a table with a `seal` is compared with it when it is read: no bit of it changes unnoticed on a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, Select, Table, bindparam, select

from gateways.records import Stamped
from single_window.store.bulk import (
    array_value,
    encode,
    in_array,
    insert_rows,
    of_sandbox,
    on_sqlite,
    update_rows,
    upsert_rows,
)
from single_window.store.prepared import fetch_all
from single_window.store.seals import Seal

T = TypeVar("T")
MAX_CACHED_ROWS = 4_000
"""Maximum number of cached rows of one kind."""


class Conflict(Exception):
    """Another process changed a row between its reading and its writing; the batch is retried."""


def to_json(value: Any) -> str:
    """Compact JSON text; empty for an empty value."""
    return encode(value).decode() if value else ""


def from_json(text: str) -> dict[str, Any]:
    """The object of a compact JSON text; empty for the empty text."""
    decoded: dict[str, Any] = msgspec.json.decode(text) if text else {}
    return decoded


def decoder(kind: Any, empty: Callable[[], Any]) -> Callable[[str], Any]:
    """A function from JSON text to a value of `kind`; for the empty text it returns `empty()`."""
    decode = msgspec.json.Decoder(kind).decode
    return lambda text: decode(text) if text else empty()


def cache_of(recent: dict[str, dict[Any, Any]] | None, kind: str) -> dict[Any, Any]:
    """The cache of rows of a kind between batches; emptied when it is too large."""
    rows = {} if recent is None else recent.setdefault(kind, {})
    if len(rows) > MAX_CACHED_ROWS:
        rows.clear()
    return rows


class Records(Generic[T]):
    """Loads and saves a dataclass in a table. `structured`: field → decoder, for fields stored as JSON. `skip`: fields
    that are not loaded or saved here."""

    def __init__(
        self,
        kind: type[T],
        table: Table,
        structured: Mapping[str, Callable[[str], Any]] | None = None,
        skip: tuple[str, ...] = (),
    ) -> None:
        self.kind, self.table = kind, table
        self._structured = dict(structured or {})
        self.names = tuple(field.name for field in fields(kind) if field.name not in skip)  # type: ignore[arg-type]
        self._seal = Seal(table, self.names) if "seal" in table.c else None
        self._columns = (*self.names, "seal") if self._seal else self.names
        self._decoders = tuple((self.names.index(name), decode) for name, decode in self._structured.items())
        self._keys = tuple(column.name for column in table.primary_key if column.name != "sandbox")
        self._get = attrgetter(*self.names)
        self._get_keys: Callable[[Any], list[Any]] = lambda record: [getattr(record, name) for name in self._keys]
        self._versioned = "version" in self.names
        self._remembers = self._versioned and issubclass(kind, Stamped)
        self._loads: dict[tuple[bool, str, bool], Select[Any]] = {}
        self._values = [place for place, name in enumerate(self.names) if name not in self._keys]
        # first columns of keys and indexes, by which rows are found without the sandbox
        keys = [table.primary_key.columns, *(index.columns for index in table.indexes)]
        self._leading = {next(iter(columns)).name for columns in keys}
        # ids are unique across sandboxes, a company's code is not
        self._scope = ("sandbox",) if "sandbox" in table.primary_key else ()
        self._bools = tuple(
            self.names.index(field.name)
            for field in fields(kind)  # type: ignore[arg-type]
            if field.type in ("bool", bool) and field.name not in skip
        )

    def select(self) -> Select[Any]:
        """Select the columns that `make` needs."""
        return select(*[self.table.c[name] for name in self._columns])

    def make(self, row: Iterable[Any]) -> T:
        """The object of a row of `select`; raises `AlteredData` for one that is not what was stored."""
        before = tuple(row)
        if self._seal:
            self._seal.compare(before)
            before = before[:-1]
        values = list(before)
        for index, decode in self._decoders:
            values[index] = decode(values[index])
        for index in self._bools:
            values[index] = bool(values[index])
        record = self.kind(*values)
        if self._remembers:
            record.stored = before  # type: ignore[attr-defined]
        return record

    def load(
        self, connection: Connection, sandbox: str, column: str, values: Iterable[Any], lock: bool = False
    ) -> list[T]:
        """The objects of a sandbox with one of the values in a column; `lock`: lock them in the order of their keys."""
        wanted = list(values)
        if not wanted:
            return []
        parameters = {"of_sandbox": sandbox, "wanted": array_value(connection, wanted)}
        return [self.make(row) for row in fetch_all(connection, self._load(connection, column, lock), parameters)]

    def _load(self, connection: Connection, column: str, lock: bool) -> Select[Any]:
        """The cached statement of `load`."""
        sqlite = on_sqlite(connection)
        statement = self._loads.get((sqlite, column, lock))
        if statement is None:
            in_sandbox = of_sandbox(sqlite and column in self._leading, self.table, bindparam("of_sandbox"))
            statement = self.select().where(
                in_sandbox, in_array(sqlite, self.table.c[column], "wanted"), *self._partial_index_conditions(column)
            )
            if lock and not sqlite:
                statement = statement.order_by(*[self.table.c[name] for name in self._keys]).with_for_update()
            self._loads[sqlite, column, lock] = statement
        return statement

    def _partial_index_conditions(self, column: str) -> list[Any]:
        """Conditions of partial indexes on the column, which the statement must repeat to use them."""
        partial = [index.dialect_options["sqlite"].get("where") for index in self.table.indexes]
        return [where for where in partial if str(where) == f"{column} <> ''"]

    def values(self, record: T) -> list[Any]:
        """The column values of an object, in the order of `names`."""
        values = list(self._get(record))
        for index, _ in self._decoders:
            values[index] = to_json(values[index])
        for index in self._bools:
            values[index] = int(values[index])
        return values

    def _stored(self, values: list[Any]) -> list[Any]:
        """The values with their seal, in the order of the columns."""
        return [*values, self._seal.of(values)] if self._seal else values

    def save(self, connection: Connection, sandbox: str, records: Iterable[T]) -> None:
        """Insert or update objects. With a `version` field (0: new) raises `Conflict` if a row's version has
        changed.
        """
        if not self._versioned:
            self._upsert(connection, sandbox, records)
            return
        new: list[T] = []
        old: list[T] = []
        for record in records:
            (old if record.version else new).append(record)  # type: ignore[attr-defined]
        self._insert(connection, sandbox, new)
        self._update(connection, sandbox, old)

    def _insert(self, connection: Connection, sandbox: str, records: list[Any]) -> None:
        rows = []
        for record in sorted(records, key=self._get_keys):
            record.version = 1
            values = self.values(record)
            rows.append((sandbox, *self._stored(values)))
            if self._remembers:
                record.stored = values
        insert_rows(connection, self.table, ("sandbox", *self._columns), rows)

    def _update(self, connection: Connection, sandbox: str, records: list[Any]) -> None:
        if not records:
            return
        rows, scope = [], (sandbox,) if self._scope else ()
        changed: set[int] = set()
        for record in records:
            before = record.version
            record.version = before + 1
            values = self.values(record)
            changed.update(self._changed(record, values))
            rows.append((*self._stored(values), *scope, *self._get_keys(record), before))
        keys = (*self._scope, *self._keys, "version")
        count = len(self._columns)
        places = [*sorted(changed), *range(len(self.names), count)]
        pick = itemgetter(*places, *range(count, count + len(keys)))
        columns = tuple(self._columns[place] for place in places)
        if update_rows(connection, self.table, keys, columns, [pick(row) for row in rows]) != len(rows):
            raise Conflict(f"rows of {self.table.name} in sandbox {sandbox} were changed by another process")

    def _changed(self, record: Any, values: list[Any]) -> Iterable[int]:
        """The places of the values that differ from the stored ones: an update of a column also updates its indexes."""
        if not self._remembers:
            return self._values
        before, record.stored = getattr(record, "stored", None), values
        if before is None:
            return self._values
        return [place for place, (old, new) in enumerate(zip(before, values, strict=True)) if old != new]

    def _upsert(self, connection: Connection, sandbox: str, records: Iterable[T]) -> None:
        others = tuple(name for name in self._columns if name not in self._keys)
        upsert_rows(
            connection,
            self.table,
            ("sandbox", *self._columns),
            [(sandbox, *self._stored(self.values(record))) for record in records],
            replace=others,
        )
