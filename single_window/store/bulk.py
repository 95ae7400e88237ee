"""Bulk statements for the hot path: inserts and updates of many rows, look-ups by many keys. Rows are tuples.

On SQLite a SQLAlchemy statement is compiled once and its text given to the driver; on PostgreSQL `arrays` is used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    String,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from single_window.store.arrays import MAX_STATEMENTS, copy_rows, insert_new_arrays, update_arrays, upsert_arrays
from single_window.store.columns import CheckedBytes, TextInBytes
from single_window.store.prepared import SQLITE, run_rows

CHUNK = 500
encode = msgspec.json.Encoder().encode
Row = Sequence[Any]
Statement = TypeVar("Statement")


class _BulkStatement(NamedTuple):
    """A statement as text for SQLite's driver. `order`: the index in a row of each parameter; `as_given`: the
    parameters are the row itself."""

    text: str
    order: tuple[int, ...]
    as_given: bool


@lru_cache(maxsize=MAX_STATEMENTS)
def _prepare(statement: Any, names: tuple[str, ...]) -> _BulkStatement:
    compiled = statement.compile(dialect=SQLITE)
    order = tuple(names.index(name) for name in compiled.positiontup)
    return _BulkStatement(str(compiled), order, order == tuple(range(len(names))))


def _run(connection: Connection, statement: Any, names: tuple[str, ...], rows: Sequence[Row]) -> int:
    prepared = _prepare(statement, names)
    if prepared.as_given:
        return run_rows(connection, prepared.text, rows)
    pick = itemgetter(*prepared.order)
    return run_rows(connection, prepared.text, [pick(row) for row in rows])


def on_sqlite(connection: Connection) -> bool:
    """True if the database is SQLite, with a single writer; PostgreSQL locks rows."""
    return connection.dialect.name == "sqlite"


@cache
def _packed_columns(table: Table, columns: tuple[str, ...]) -> tuple[tuple[int, TextInBytes | CheckedBytes], ...]:
    kinds = [(place, table.c[name].type) for place, name in enumerate(columns)]
    return tuple((place, kind) for place, kind in kinds if isinstance(kind, TextInBytes | CheckedBytes))


def _pack_texts(table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> Sequence[Row]:
    """Rows with their values in `TextInBytes` and `CheckedBytes` columns packed, because the driver gets them past
    SQLAlchemy's types."""
    if not (packed := _packed_columns(table, columns)):
        return rows
    stored = [list(row) for row in rows]
    for row in stored:
        for place, kind in packed:
            row[place] = kind.pack(row[place])
    return stored


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows given in the order of `columns`; raises `IntegrityError` if a row breaks a constraint."""
    if not rows:
        return
    rows = _pack_texts(table, columns, rows)
    if on_sqlite(connection):
        _run(connection, _insert(table, columns), columns, rows)
    else:
        copy_rows(connection, table, columns, rows)


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> Any:
    return insert(table).values({name: bindparam(name) for name in columns})


def upsert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row], replace: tuple[str, ...] = ()
) -> None:
    """Insert rows, each key once. On a key conflict set the columns in `replace` (none: keep the existing row)."""
    if not rows:
        return
    rows = _pack_texts(table, columns, rows)
    if on_sqlite(connection):
        _run(connection, _upsert(table, columns, replace), columns, rows)
    else:
        upsert_arrays(connection, table, columns, rows, replace)


def insert_new(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> set[Row]:
    """Insert the rows whose keys the table does not have, and return the keys of those that this call inserted.

    Who reads first what is there and inserts the rest counts as his own what another transaction of PostgreSQL has
    inserted meanwhile. This one waits for it: a later query of the same transaction sees the rows of the others.
    """
    if not rows:
        return set()
    rows = _pack_texts(table, columns, rows)
    if not on_sqlite(connection):
        return insert_new_arrays(connection, table, columns, rows)
    keys = [columns.index(column.name) for column in table.primary_key]
    statement = _upsert(table, columns, ())
    return {tuple(row[place] for place in keys) for row in rows if _run(connection, statement, columns, [row])}


@cache
def _upsert(table: Table, columns: tuple[str, ...], replace: tuple[str, ...]) -> Any:
    statement = sqlite_insert(table).values({name: bindparam(name) for name in columns})
    keys = [column.name for column in table.primary_key]
    if not replace:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in replace}
    )


def update_rows(
    connection: Connection, table: Table, keys: tuple[str, ...], columns: tuple[str, ...], rows: Sequence[Row]
) -> int:
    """Update rows given as column values followed by key values, each key once; returns the number of rows changed.

    A column may also be a key, such as a version for compare-and-set.
    """
    if not rows:
        return 0
    rows = _pack_texts(table, columns, rows)
    if not on_sqlite(connection):
        return update_arrays(connection, table, keys, columns, rows)
    names = (*[f"new_{name}" for name in columns], *[f"key_{name}" for name in keys])
    return _run(connection, _update(table, keys, columns), names, rows)


@lru_cache(maxsize=MAX_STATEMENTS)
def _update(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    statement = update(table).values({name: bindparam(f"new_{name}") for name in columns})
    for name in keys:
        statement = statement.where(table.c[name] == bindparam(f"key_{name}"))
    return statement


def one_of(connection: Connection, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """The condition `column IN values`, with a single parameter for any number of values."""
    if on_sqlite(connection):
        given = func.json_each(encode(list(values)).decode()).table_valued("value")
        return column.in_(select(given.c.value))  # type: ignore[no-any-return]
    kind = Text if isinstance(column.type, String) else BigInteger
    return column == any_(literal(list(values), ARRAY(kind)))  # type: ignore[no-any-return]


def per_dialect(make: Callable[[bool], Statement]) -> Callable[[Connection], Statement]:
    """Decorator: cache the statement that `make(is_sqlite)` builds, because building costs more than running it.

    Its values are parameters (`bindparam`); for `in_array` pass the result of `array_value`.
    """
    made = cache(make)
    return lambda connection: made(on_sqlite(connection))


def in_array(sqlite: bool, column: Any, name: str) -> ColumnElement[bool]:
    """Like `one_of` for a cached statement; the values are the parameter `name`."""
    if sqlite:
        given = func.json_each(bindparam(name, type_=Text)).table_valued("value")
        return column.in_(select(given.c.value))  # type: ignore[no-any-return]
    kind = Text if isinstance(column.type, String) else BigInteger
    return column == any_(bindparam(name, type_=ARRAY(kind)))  # type: ignore[no-any-return]


def array_value(connection: Connection, values: Collection[Any]) -> Any:
    """The value of a parameter of `in_array`."""
    return encode(list(values)).decode() if on_sqlite(connection) else list(values)


def begins_with(connection: Connection, column: Any, start: str) -> ColumnElement[bool]:
    """The condition that a column begins with a text, in the form for which each database uses its index."""
    if connection.dialect.name == "sqlite":
        return and_(column >= start, column < start[:-1] + chr(ord(start[-1]) + 1))
    starts: ColumnElement[bool] = column.startswith(start, autoescape=True)
    return starts


def of_sandbox(sqlite: bool, table: Table, sandbox: Any) -> ColumnElement[bool]:
    """The condition `sandbox = …` for statements whose other conditions select the rows.

    SQLite assumes that an index on the sandbox yields ten rows, and would scan the sandbox rather than look up more
    than a few ids. The unary plus stops it from using such an index (sqlite.org/optoverview.html).
    """
    column: ColumnElement[str] = table.c.sandbox
    if sqlite:
        column = UnaryExpression(column, operator=custom_op("+"), type_=column.type)
    return column == sandbox  # type: ignore[no-any-return]


def pair_of(
    connection: Connection, columns: tuple[Any, Any], pairs: Collection[tuple[str, str]]
) -> ColumnElement[bool]:
    """The condition that two text columns equal one of the pairs."""
    if on_sqlite(connection):
        given = func.json_each(encode(list(pairs)).decode()).table_valued("value")
        return tuple_(*columns).in_(
            select(func.json_extract(given.c.value, "$[0]"), func.json_extract(given.c.value, "$[1]"))
        )
    arrays = [literal([pair[place] for pair in pairs], ARRAY(Text)) for place in (0, 1)]
    both = func.unnest(*arrays).table_valued("one", "other").render_derived()
    return tuple_(*columns).in_(select(both.c.one, both.c.other))


def in_pairs(sqlite: bool, columns: tuple[Any, Any], name: str) -> ColumnElement[bool]:
    """Like `pair_of` for a cached statement; `pair_values` makes the values of its parameters."""
    if sqlite:
        given = func.json_each(bindparam(name, type_=Text)).table_valued("value")
        pair = (func.json_extract(given.c.value, "$[0]"), func.json_extract(given.c.value, "$[1]"))
        return tuple_(*columns).in_(select(*pair))
    arrays = [bindparam(f"{name}_{place}", type_=ARRAY(Text)) for place in (0, 1)]
    both = func.unnest(*arrays).table_valued("one", "other").render_derived()
    return tuple_(*columns).in_(select(both.c.one, both.c.other))


def pair_values(connection: Connection, pairs: Collection[tuple[str, str]], name: str) -> dict[str, Any]:
    """The parameters of `in_pairs` as a dict."""
    if on_sqlite(connection):
        return {name: encode(list(pairs)).decode()}
    return {f"{name}_{place}": [pair[place] for pair in pairs] for place in (0, 1)}


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Split values into lists of at most `size`, below the database's limit on parameters."""
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
