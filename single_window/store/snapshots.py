"""Snapshots of sandboxes: all rows packed into one row, and restored from it. Never commits.

Counters are not included: serial numbers and mailbox sequences continue.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select, update

from schemas.packing import AlteredData
from single_window.refused import Refused
from single_window.store import tables as t
from single_window.store.clearing import COUNTERS, PARTS, SNAPSHOTS
from single_window.store.sandboxes import UnknownSandbox, names

MAX_ROWS = 100_000
"""Maximum number of rows in a snapshot; snapshots are meant for test sandboxes."""
MAX_BYTES = 64_000_000
"""Maximum compressed size of a snapshot."""
_ROWS_PER_STATEMENT = 1_000
"""Rows that one statement reads or inserts."""
_SETTINGS = ("seed", "settings", "clock_kind", "clock_base", "clock_set_at", "clock_rate", "holds")


class Snapshot(NamedTuple):
    """A snapshot; `at`: the machine's instant at which it was taken, `bytes`: its compressed size."""

    id: int
    label: str
    at: int
    rows: int
    bytes: int


class _TableRows(msgspec.Struct, array_like=True):
    """Rows of one table."""

    table: str
    columns: list[str]
    rows: list[list[Any]]


def take(connection: Connection, sandbox: str, number: int, label: str, now: int) -> Snapshot:
    """Store all rows of a sandbox, as this transaction sees them, in a snapshot; raises `Refused`, `UnknownSandbox`."""
    own = connection.execute(select(*[t.sandbox.c[name] for name in _SETTINGS]).where(t.sandbox.c.name == sandbox))
    settings = own.one_or_none()
    if settings is None:
        raise UnknownSandbox(sandbox, names(connection))
    packed, count = zlib.compressobj(1), 0
    parts = []
    for part in _pack_tables(connection, sandbox):
        count += len(part.rows)
        parts.append(packed.compress(_frame(msgspec.msgpack.encode(part))))
        if count > MAX_ROWS or sum(map(len, parts)) > MAX_BYTES:
            raise Refused(
                "snapshot-too-large",
                f"The sandbox {sandbox!r} has more than {MAX_ROWS:,} rows or {MAX_BYTES:,} bytes.",
                name=sandbox,
                most=MAX_ROWS,
            )
    body = b"".join([*parts, packed.flush()])
    connection.execute(
        insert(t.sandbox_snapshot).values(
            id=number,
            sandbox=sandbox,
            label=label,
            at=now,
            rows=count,
            body=body,
            settings=msgspec.json.encode(dict(settings._mapping)).decode(),
        )
    )
    return Snapshot(number, label, now, count, len(body))


def of_sandbox(connection: Connection, sandbox: str) -> list[Snapshot]:
    """The snapshots of a sandbox, oldest first."""
    columns = t.sandbox_snapshot.c
    return [
        Snapshot(*row)
        for row in connection.execute(
            select(columns.id, columns.label, columns.at, columns.rows, func.length(columns.body))
            .where(columns.sandbox == sandbox)
            .order_by(columns.id)
        )
    ]


def check(connection: Connection, sandbox: str, number: int) -> None:
    """Raise `Refused` if a snapshot cannot be restored: it does not exist, or the tables have changed."""
    for _ in _unpack_tables(connection, sandbox, number):
        pass


def restore(connection: Connection, sandbox: str, number: int) -> int:
    """Restore a snapshot's rows, options and clock into an empty sandbox; returns the number of rows.

    Raises `Refused`.
    """
    count = 0
    for table, rows in _unpack_tables(connection, sandbox, number):
        connection.execute(insert(table), rows)
        count += len(rows)
    settings = connection.execute(select(t.sandbox_snapshot.c.settings).where(_this(sandbox, number))).scalar_one()
    connection.execute(
        update(t.sandbox)
        .where(t.sandbox.c.name == sandbox)
        .values(**msgspec.json.decode(settings), clock_generation=t.sandbox.c.clock_generation + 1)
    )
    return count


def forget(connection: Connection, sandbox: str, number: int | None = None) -> int:
    """Delete a snapshot, or all of a sandbox; returns their number."""
    where = t.sandbox_snapshot.c.sandbox == sandbox if number is None else _this(sandbox, number)
    return int(connection.execute(delete(t.sandbox_snapshot).where(where)).rowcount)


def _this(sandbox: str, number: int) -> ColumnElement[bool]:
    return and_(t.sandbox_snapshot.c.sandbox == sandbox, t.sandbox_snapshot.c.id == number)


def _pack_tables(connection: Connection, sandbox: str) -> Iterator[_TableRows]:
    for table, where in _tables(sandbox):
        columns = [str(column.name) for column in table.c]
        result = connection.execute(select(table).where(where))
        while rows := result.fetchmany(_ROWS_PER_STATEMENT):
            yield _TableRows(str(table.name), columns, [list(row) for row in rows])


def _tables(sandbox: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table with rows of a sandbox, with the condition that selects them; parts are found by their parents."""
    parent_of = {part: (parent, column) for parent, parts in PARTS.items() for part, column in parts}
    for table in t.metadata.sorted_tables:
        if table in parent_of:
            parent, column = parent_of[table]
            yield table, table.c[column].in_(select(parent.c.id).where(parent.c.sandbox == sandbox))
        elif "sandbox" in table.c and table not in (*COUNTERS, *SNAPSHOTS):
            yield table, table.c.sandbox == sandbox


def _unpack_tables(connection: Connection, sandbox: str, number: int) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    body = connection.execute(select(t.sandbox_snapshot.c.body).where(_this(sandbox, number))).scalar()
    if body is None:
        raise Refused("no-such-snapshot", f"The sandbox {sandbox!r} has no snapshot {number}.", name=sandbox, id=number)
    for part in _parts(_decompressed(number, body)):
        table = t.metadata.tables.get(part.table)
        if table is None or [column.name for column in table.c] != part.columns:
            raise Refused(
                "snapshot-outdated",
                f"The snapshot {number} of {sandbox!r} is older than the tables: {part.table} has changed.",
                id=number,
            )
        yield table, [dict(zip(part.columns, row, strict=True)) for row in part.rows]


def _decompressed(number: int, body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error as error:
        raise AlteredData(f"snapshot {number} is not what was stored ({error})") from error


def _frame(encoded: bytes) -> bytes:
    return len(encoded).to_bytes(4, "big") + encoded


def _parts(packed: bytes) -> Iterator[_TableRows]:
    position = 0
    while position < len(packed):
        begin = position + 4
        position = begin + int.from_bytes(packed[position:begin], "big")
        yield msgspec.msgpack.decode(packed[begin:position], type=_TableRows)
