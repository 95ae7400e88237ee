"""Bulk statements for the hot path: inserts and updates of many rows, look-ups by many keys.

Statements are SQLAlchemy's own, compiled once for the dialect; rows are tuples in the order of `columns`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Dialect, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

CHUNK = 500
encode = msgspec.json.Encoder().encode
Row = Sequence[Any]


class _Prepared(NamedTuple):
    """A statement as the driver takes it, and where each of its parameters stands in a row."""

    text: str
    order: tuple[int, ...]
    as_given: bool


@cache
def _prepared(dialect: Dialect, statement: Any, names: tuple[str, ...]) -> _Prepared | None:
    """The statement for a driver with positional parameters; None for other drivers."""
    compiled = statement.compile(dialect=dialect)
    if not dialect.positional or compiled.positiontup is None:
        return None
    order = tuple(names.index(name) for name in compiled.positiontup)
    return _Prepared(str(compiled), order, order == tuple(range(len(names))))


def _run(connection: Connection, statement: Any, names: tuple[str, ...], rows: Sequence[Row]) -> int:
    prepared = _prepared(connection.dialect, statement, names)
    if prepared is None:
        return int(connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows]).rowcount)
    if prepared.as_given:
        return int(connection.exec_driver_sql(prepared.text, list(rows)).rowcount)  # type: ignore[arg-type]
    pick = itemgetter(*prepared.order)
    return int(connection.exec_driver_sql(prepared.text, [pick(row) for row in rows]).rowcount)


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows; raises SQLAlchemy's `IntegrityError` when one breaks a constraint."""
    if rows:
        _run(connection, _insert(table, columns), columns, rows)


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> Any:
    return insert(table).values({name: bindparam(name) for name in columns})


def upsert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row],
                replace: tuple[str, ...] = ()) -> None:
    """Insert rows; where the primary key is taken, set the columns in `replace` (none: keep the old row)."""
    if rows:
        _run(connection, _upsert(connection.dialect.name, table, columns, replace), columns, rows)


@cache
def _upsert(dialect: str, table: Table, columns: tuple[str, ...], replace: tuple[str, ...]) -> Any:
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    statement = make(table).values({name: bindparam(name) for name in columns})
    keys = [column.name for column in table.primary_key]
    if not replace:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in replace})


def update_rows(connection: Connection, table: Table, keys: tuple[str, ...], columns: tuple[str, ...],
                rows: Sequence[Row]) -> int:
    """Update rows given as column values followed by key values; gives the number of rows changed in all.

    A column may be among the keys too (a version that is compared and set).
    """
    if not rows:
        return 0
    names = (*[f"new_{name}" for name in columns], *[f"key_{name}" for name in keys])
    return _run(connection, _update(table, keys, columns), names, rows)


@cache
def _update(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    statement = update(table).values({name: bindparam(f"new_{name}") for name in columns})
    for name in keys:
        statement = statement.where(table.c[name] == bindparam(f"key_{name}"))
    return statement


def one_of(connection: Connection, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """That a column has one of the values. One parameter on SQLite, however many values there are."""
    if connection.dialect.name != "sqlite":
        return column.in_(values)  # type: ignore[no-any-return]
    given = func.json_each(encode(list(values)).decode()).table_valued("value")
    return column.in_(select(given.c.value))  # type: ignore[no-any-return]


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Values in lists of at most `size`, so that no statement carries more parameters than an engine takes."""
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
