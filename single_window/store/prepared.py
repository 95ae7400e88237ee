"""Statements of the hot path: built and compiled once by SQLAlchemy, and run on SQLite by its driver alone.

Constants are written into the statement. A parameter whose value decides whether a partial index may be used makes
SQLite prepare the statement anew at each call, which costs more than running it.
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
"""One for all engines, so that a statement is compiled once in a process, however many windows it opens."""
_Converter = Callable[[Any], Any] | None


class _PreparedStatement(NamedTuple):
    """A statement as SQLite's driver takes it, the names of its parameters in order, the values of those that callers
    do not name, what makes a row of its columns' values, and what makes Python values of these (empty: they are)."""

    text: str
    names: tuple[str, ...]
    defaults: Mapping[str, Any]
    row: Callable[[Sequence[Any]], Any]
    converters: tuple[_Converter, ...]


def fetch_all(connection: Connection, statement: Any, values: Mapping[str, Any]) -> list[Any]:
    """The rows of a statement, as tuples whose values have the columns' names; `values` are those of its parameters
    (`bindparam`) by name.

    The statement is kept for the life of the process: it must be one that is built once (`per_dialect`, `cache`). The
    connection must be in a transaction (`reading`, `writing`): none is begun here. Errors are SQLAlchemy's.
    """
    if _by_sqlalchemy(connection):
        return list(connection.execute(statement, values))
    prepared = _prepared(statement)
    try:
        rows = _run(connection, prepared, values).fetchall()
    except SQLiteError as error:
        raise _failed(connection, prepared.text, error) from error
    if prepared.converters:
        rows = [_converted(row, prepared.converters) for row in rows]
    return list(map(prepared.row, rows))


def fetch_first(connection: Connection, statement: Any, values: Mapping[str, Any]) -> Any:
    """As `fetch_all`, the first row; None where there is none."""
    rows = fetch_all(connection, statement, values)
    return rows[0] if rows else None


def fetch_column(connection: Connection, statement: Any, values: Mapping[str, Any]) -> list[Any]:
    """As `fetch_all`, the values of the first column."""
    return [row[0] for row in fetch_all(connection, statement, values)]


def fetch_value(connection: Connection, statement: Any, values: Mapping[str, Any]) -> Any:
    """As `fetch_all`, the first column of the first row; None where there is none."""
    row = fetch_first(connection, statement, values)
    return None if row is None else row[0]


def change(connection: Connection, statement: Any, values: Mapping[str, Any]) -> int:
    """Run a statement that changes rows, as `fetch_all` does; gives their number."""
    if _by_sqlalchemy(connection):
        return int(connection.execute(statement, values).rowcount)
    prepared = _prepared(statement)
    try:
        return int(_run(connection, prepared, values).rowcount)
    except SQLiteError as error:
        raise _failed(connection, prepared.text, error) from error


def run_rows(connection: Connection, text: str, rows: Sequence[Sequence[Any]]) -> int:
    """Run a compiled statement of SQLite for each row of parameters; gives the number of rows changed."""
    if _by_sqlalchemy(connection):
        return int(connection.exec_driver_sql(text, [tuple(row) for row in rows]).rowcount)
    driver: Any = connection.connection.dbapi_connection
    try:
        cursor = driver.execute(text, rows[0]) if len(rows) == 1 else driver.executemany(text, rows)
    except SQLiteError as error:
        raise _failed(connection, text, error) from error
    return int(cursor.rowcount)


class _Failure(NamedTuple):
    """The context of an error for listeners to `handle_error`: as much of SQLAlchemy's context as is known here."""

    sqlalchemy_exception: BaseException
    original_exception: BaseException
    statement: str
    connection: Connection


def _failed(connection: Connection, text: str, error: SQLiteError) -> BaseException:
    """The driver's error as SQLAlchemy would raise it, after the listeners to errors were called."""
    raised = DBAPIError.instance(text, None, error, SQLiteError, dialect=connection.dialect)
    events: Any = connection.dialect.dispatch
    events.handle_error(_Failure(raised, error, text, connection))
    return raised


def _by_sqlalchemy(connection: Connection) -> bool:
    """True if SQLAlchemy is to run statements: on other engines, and where somebody listens to them."""
    events: Any = connection.dispatch
    return connection.dialect.name != "sqlite" or bool(events.before_cursor_execute)


def _run(connection: Connection, prepared: _PreparedStatement, values: Mapping[str, Any]) -> Cursor:
    given = {**prepared.defaults, **values} if prepared.defaults else values
    driver: Any = connection.connection.dbapi_connection
    cursor: Cursor = driver.execute(prepared.text, [given[name] for name in prepared.names])
    return cursor


@cache
def _prepared(statement: Any) -> _PreparedStatement:
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
    """A statement whose constant texts and integers are part of it, as SQLAlchemy writes literals of their types."""

    def written(element: Any, **_: Any) -> Any:
        if not isinstance(element, BindParameter) or element.expanding or not isinstance(element.value, str | int):
            return None
        write = element.type.dialect_impl(SQLITE).literal_processor(SQLITE)
        return None if write is None else literal_column(write(element.value), element.type)

    return visitors.replacement_traverse(statement, {}, written)


def _converter(kind: Any) -> _Converter:
    if isinstance(kind, LargeBinary):
        return None  # the driver gives bytes
    converter: _Converter = kind.dialect_impl(SQLITE).result_processor(SQLITE, None)
    return converter


def _converted(row: tuple[Any, ...], converters: tuple[_Converter, ...]) -> tuple[Any, ...]:
    return tuple(value if convert is None else convert(value) for value, convert in zip(row, converters, strict=True))
