"""Bulk statements for the hot path: inserts and updates of many rows, look-ups by many keys.

Statements are SQLAlchemy's own, compiled once for the dialect; rows are tuples in the order of `columns`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

CHUNK = 500
Row = Sequence[Any]


@cache
def _insert_text(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str | None:
    if not dialect.positional:
        return None
    return str(insert(table).values({name: bindparam(name) for name in columns}).compile(
        dialect=dialect, column_keys=list(columns)))


@cache
def _order(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> tuple[int, ...]:
    compiled = insert(table).values({name: bindparam(name) for name in columns}).compile(dialect=dialect)
    return tuple(columns.index(name) for name in compiled.positiontup or columns)


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows; raises SQLAlchemy's `IntegrityError` when one breaks a constraint, and then none is in."""
    if not rows:
        return
    text = _insert_text(connection.dialect, table, columns)
    if text is None:
        connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    order = _order(connection.dialect, table, columns)
    in_order = order == tuple(range(len(columns)))
    connection.exec_driver_sql(text, list(rows) if in_order else [tuple(row[i] for i in order) for row in rows])


def upsert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row],
                replace: tuple[str, ...] = ()) -> None:
    """Insert rows; where the primary key is taken, set the columns in `replace` (none: keep the old row)."""
    if not rows:
        return
    connection.execute(_upsert(connection.dialect.name, table, columns, replace),
                       [dict(zip(columns, row, strict=True)) for row in rows])


@cache
def _upsert(dialect: str, table: Table, columns: tuple[str, ...], replace: tuple[str, ...]) -> Any:
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    statement = make(table).values({name: bindparam(name) for name in columns})
    keys = [column.name for column in table.primary_key]
    if not replace:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_={name: statement.excluded[name] for name in replace})


def update_rows(connection: Connection, table: Table, keys: tuple[str, ...], columns: tuple[str, ...],
                rows: Sequence[Row]) -> int:
    """Update rows given as key values followed by column values; gives the number of rows changed in all.

    A column may be among the keys too (a version that is compared and set).
    """
    if not rows:
        return 0
    names = [f"key_{name}" for name in keys] + [f"new_{name}" for name in columns]
    result = connection.execute(_update(table, keys, columns), [dict(zip(names, row, strict=True)) for row in rows])
    return int(result.rowcount)


@cache
def _update(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    statement = update(table).values({name: bindparam(f"new_{name}") for name in columns})
    for name in keys:
        statement = statement.where(table.c[name] == bindparam(f"key_{name}"))
    return statement


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
