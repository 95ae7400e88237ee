"""Statements of the hot path: compiled once by SQLAlchemy; on SQLite executed directly by sqlite3.

Constants are written into the statement as literals. Otherwise SQLite would prepare it again at each call if a
parameter decides whether a partial index can be used, which costs more than running it.

Only statements without values of callers in their text may go this way: what changes is a `bindparam`, and a list of
values is `in_array`. SQLAlchemy executes them itself on PostgreSQL, and where somebody listens to statements.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from sqlite3 import Cursor
from sqlite3 import Error as SQLiteError
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, LargeBinary, literal_column
from sqlalchemy.dialects.sqlite.pysqlite import dialect as pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors

SQLITE = pysqlite()
"""One dialect object for all engines, so that a statement is compiled once per process."""
_Converter = Callable[[Any], Any] | None


class _PreparedStatement(NamedTuple):
    """A compiled statement for sqlite3. `names`: its parameters in order; `defaults`: values of parameters that callers
    do not pass; `row`: makes a named tuple of a row's values; `converters`: SQLAlchemy's result processor of each
    column (empty: no column needs one)."""

    text: str
    names: tuple[str, ...]
    defaults: Mapping[str, Any]
    row: Callable[[Sequence[Any]], Any]
    converters: tuple[_Converter, ...]


def fetch_all(connection: Connection, statement: Any, values: Mapping[str, Any]) -> list[Any]:
    """The rows of a statement as named tuples; `values`: parameter (`bindparam`) → value.

    The statement is cached for the life of the process, so it must be built only once (`per_dialect`, `cache`). The
    connection must be in a transaction (`reading`, `writing`). Errors are raised as SQLAlchemy's.
    """
    if _by_sqlalchemy(connection):
        return list(connection.execute(statement, values))
    prepared = _prepare(statement)
    try:
        rows = _run(connection, prepared, values).fetchall()
    except SQLiteError as error:
        raise _sqlalchemy_error(connection, prepared.text, error) from error
    if prepared.converters:
        rows = [_convert(row, prepared.converters) for row in rows]
    return list(map(prepared.row, rows))


def fetch_first(connection: Connection, statement: Any, values: Mapping[str, Any]) -> Any:
    """Like `fetch_all`: the first row, or None."""
    rows = fetch_all(connection, statement, values)
    return rows[0] if rows else None


def fetch_column(connection: Connection, statement: Any, values: Mapping[str, Any]) -> list[Any]:
    """Like `fetch_all`: the values of the first column."""
    return [row[0] for row in fetch_all(connection, statement, values)]


def fetch_value(connection: Connection, statement: Any, values: Mapping[str, Any]) -> Any:
    """Like `fetch_all`: the first column of the first row, or None."""
    row = fetch_first(connection, statement, values)
    return None if row is None else row[0]


def change(connection: Connection, statement: Any, values: Mapping[str, Any]) -> int:
    """Like `fetch_all` for a statement that changes rows; returns their number."""
    if _by_sqlalchemy(connection):
        return int(connection.execute(statement, values).rowcount)
    prepared = _prepare(statement)
    try:
        return int(_run(connection, prepared, values).rowcount)
    except SQLiteError as error:
        raise _sqlalchemy_error(connection, prepared.text, error) from error


def run_rows(connection: Connection, text: str, rows: Sequence[Sequence[Any]]) -> int:
    """Run a compiled SQLite statement for each row of parameters; returns the number of rows changed."""
    if _by_sqlalchemy(connection):
        return int(connection.exec_driver_sql(text, [tuple(row) for row in rows]).rowcount)
    driver: Any = connection.connection.dbapi_connection
    try:
        cursor = driver.execute(text, rows[0]) if len(rows) == 1 else driver.executemany(text, rows)
    except SQLiteError as error:
        raise _sqlalchemy_error(connection, text, error) from error
    return int(cursor.rowcount)


class _ErrorContext(NamedTuple):
    """An error as `handle_error` listeners get it: the attributes of SQLAlchemy's `ExceptionContext` that they use."""

    sqlalchemy_exception: BaseException
    original_exception: BaseException
    statement: str
    connection: Connection


def _sqlalchemy_error(connection: Connection, text: str, error: SQLiteError) -> BaseException:
    """Return SQLAlchemy's error for an error of sqlite3, after calling the `handle_error` listeners with it."""
    wrapped = DBAPIError.instance(text, None, error, SQLiteError, dialect=connection.dialect)
    events: Any = connection.dialect.dispatch
    events.handle_error(_ErrorContext(wrapped, error, text, connection))
    return wrapped


def _by_sqlalchemy(connection: Connection) -> bool:
    """True if SQLAlchemy must run statements: on PostgreSQL, and if a listener observes statements."""
    events: Any = connection.dispatch
    return connection.dialect.name != "sqlite" or bool(events.before_cursor_execute)


def _run(connection: Connection, prepared: _PreparedStatement, values: Mapping[str, Any]) -> Cursor:
    given = {**prepared.defaults, **values} if prepared.defaults else values
    driver: Any = connection.connection.dbapi_connection
    cursor: Cursor = driver.execute(prepared.text, [given[name] for name in prepared.names])
    return cursor


@cache
def _prepare(statement: Any) -> _PreparedStatement:
    compiled = with_constants(statement).compile(dialect=SQLITE)
    columns = list(getattr(statement, "exported_columns", ()))
    converters = tuple(_converter(column.type) for column in columns)
    row: Any = namedtuple("Row", [str(column.key) for column in columns], rename=True)  # type: ignore[misc]
    return _PreparedStatement(
        str(compiled),
        tuple(compiled.positiontup or ()),
        {name: value for name, value in compiled.params.items() if value is not None},
        row._make,
        converters if any(converters) else (),
    )


def with_constants(statement: Any) -> Any:
    """Copy of a statement with its constant texts and integers written as literals."""

    def as_literal(element: Any, **_: Any) -> Any:
        if not isinstance(element, BindParameter) or element.expanding or not isinstance(element.value, str | int):
            return None
        write = element.type.dialect_impl(SQLITE).literal_processor(SQLITE)
        return None if write is None else literal_column(write(element.value), element.type)

    return visitors.replacement_traverse(statement, {}, as_literal)


def _converter(kind: Any) -> _Converter:
    if isinstance(kind, LargeBinary):
        return None  # sqlite3 returns bytes
    converter: _Converter = kind.dialect_impl(SQLITE).result_processor(SQLITE, None)
    return converter


def _convert(row: tuple[Any, ...], converters: tuple[_Converter, ...]) -> tuple[Any, ...]:
    return tuple(value if convert is None else convert(value) for value, convert in zip(row, converters, strict=True))
