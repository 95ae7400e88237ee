"""Bulk statements on PostgreSQL: inserts by COPY, upserts and updates with one array parameter for each column.

Values are sent in binary form. Errors are raised as SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, String, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

Row = Sequence[Any]
MAX_STATEMENTS = 1_000
"""Maximum number of statements kept of a kind: an update has one for each set of columns that change together."""
_TYPES = ((BigInteger, "int8"), (Integer, "int4"), (LargeBinary, "bytea"), (String, "text"))
"""Column type → PostgreSQL type of its values. BigInteger is first because it is a subclass of Integer."""


def copy_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows given in the order of `columns`."""
    statement, types = _copy(table, columns)
    with _wrap_errors(connection, statement), _cursor(connection) as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _cursor(connection: Connection) -> Any:
    """A cursor of psycopg itself, for COPY."""
    return connection.connection.cursor()


@cache
def _copy(table: Table, columns: tuple[str, ...]) -> tuple[str, list[str]]:
    return (
        f"COPY {_name(table.name)} ({_names(columns)}) FROM STDIN (FORMAT BINARY)",
        [_type(table, name) for name in columns],
    )


@contextmanager
def _wrap_errors(connection: Connection, statement: str) -> Iterator[None]:
    """Raise psycopg's errors as SQLAlchemy's, because COPY bypasses SQLAlchemy."""
    driver = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        disconnected = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        raise DBAPIError.instance(
            statement, None, error, driver.Error, connection_invalidated=disconnected, dialect=connection.dialect
        ) from error


def upsert_arrays(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row], replace: tuple[str, ...]
) -> None:
    """Insert rows in the order of their keys. On a key conflict set the columns `replace` (none: keep the old row)."""
    connection.exec_driver_sql(_upsert(table, columns, replace), _transpose(_by_key(table, columns, rows)))


def insert_new_arrays(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> set[Row]:
    """Insert rows in the order of their keys; return the keys of those that were inserted."""
    statement = f"{_upsert(table, columns, ())} RETURNING {_names(column.name for column in table.primary_key)}"
    inserted = connection.exec_driver_sql(statement, _transpose(_by_key(table, columns, rows)))
    return {tuple(key) for key in inserted}


def _by_key(table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> Sequence[Row]:
    return sorted(rows, key=itemgetter(*[columns.index(column.name) for column in table.primary_key]))


@cache
def _upsert(table: Table, columns: tuple[str, ...], replace: tuple[str, ...]) -> str:
    keys = _names(column.name for column in table.primary_key)
    assignments = ", ".join(f"{_name(name)} = excluded.{_name(name)}" for name in replace)
    return (
        f"INSERT INTO {_name(table.name)} ({_names(columns)}) "
        f"SELECT * FROM unnest({_arrays(table, columns)}) "
        f"ON CONFLICT ({keys}) DO {f'UPDATE SET {assignments}' if assignments else 'NOTHING'}"
    )


def update_arrays(
    connection: Connection, table: Table, keys: tuple[str, ...], columns: tuple[str, ...], rows: Sequence[Row]
) -> int:
    """Update rows given as column values followed by key values, each row once; gives the number changed."""
    return int(connection.exec_driver_sql(_update(table, keys, columns), _transpose(rows)).rowcount)


@lru_cache(maxsize=MAX_STATEMENTS)
def _update(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    new, old = [f"new_{name}" for name in columns], [f"key_{name}" for name in keys]
    changes = ", ".join(f"{_name(name)} = given.{_name(value)}" for name, value in zip(columns, new, strict=True))
    same = " AND ".join(
        f"{_name(table.name)}.{_name(name)} = given.{_name(value)}" for name, value in zip(keys, old, strict=True)
    )
    return (
        f"UPDATE {_name(table.name)} SET {changes} "
        f"FROM unnest({_arrays(table, (*columns, *keys))}) AS given ({_names([*new, *old])}) WHERE {same}"
    )


def _transpose(rows: Sequence[Row]) -> tuple[list[Any], ...]:
    """Transpose: rows to one list for each column."""
    return tuple(list(column) for column in zip(*rows, strict=True))


def _arrays(table: Table, columns: tuple[str, ...]) -> str:
    return ", ".join(f"%b::{_type(table, name)}[]" for name in columns)


def _type(table: Table, name: str) -> str:
    kind = table.c[name].type
    kind = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return next(sql_type for python_type, sql_type in _TYPES if isinstance(kind, python_type))


def _names(names: Any) -> str:
    return ", ".join(map(_name, names))


def _name(name: str) -> str:
    return f'"{name}"'
