"""Snapshots of sandboxes: all their rows packed into one, and put back as they were.

Counters are left out: numbers and places in mailboxes continue where they are. Nothing here commits.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select, update

from single_window.refused import Refused
from single_window.store import tables as t
from single_window.store.clearing import COUNTERS, PARTS, SNAPSHOTS
from single_window.store.sandboxes import UnknownSandbox, names

MOST_ROWS = 100_000
"""Rows that a snapshot holds at most: it is for sandboxes of tests."""
MOST_BYTES = 64_000_000
"""Bytes of a snapshot, packed."""
_TOGETHER = 1_000
"""Rows that one statement reads or writes."""
_SETTINGS = ("seed", "settings", "clock_kind", "clock_base", "clock_set_at", "clock_rate")


class Snapshot(NamedTuple):
    """A snapshot: its number, its label, the machine's instant at which it was taken, how many rows and bytes."""

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
    """Pack all rows of a sandbox as this transaction sees them; raises `Refused`, `UnknownSandbox`."""
    own = connection.execute(select(*[t.sandbox.c[name] for name in _SETTINGS]).where(t.sandbox.c.name == sandbox))
    settings = own.one_or_none()
    if settings is None:
        raise UnknownSandbox(sandbox, names(connection))
    packed, count = zlib.compressobj(1), 0
    parts = []
    for part in _packed(connection, sandbox):
        count += len(part.rows)
        parts.append(packed.compress(_framed(msgspec.msgpack.encode(part))))
        if count > MOST_ROWS or sum(map(len, parts)) > MOST_BYTES:
            raise Refused(
                "snapshot-too-large",
                f"The sandbox {sandbox!r} has more than {MOST_ROWS:,} rows or {MOST_BYTES:,} bytes.",
                name=sandbox,
                most=MOST_ROWS,
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


def listed(connection: Connection, sandbox: str) -> list[Snapshot]:
    """The snapshots of a sandbox, the oldest first."""
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
    """Raise `Refused` where a snapshot cannot be put back: it does not exist, or is older than the tables."""
    for _ in _unpacked(connection, sandbox, number):
        pass


def put_back(connection: Connection, sandbox: str, number: int) -> int:
    """Insert the rows of a snapshot into a sandbox that has none, with its options and its clock; gives their number.

    Raises `Refused`.
    """
    count = 0
    for table, rows in _unpacked(connection, sandbox, number):
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
    """Delete a snapshot, or all of a sandbox; gives how many."""
    where = t.sandbox_snapshot.c.sandbox == sandbox if number is None else _this(sandbox, number)
    return int(connection.execute(delete(t.sandbox_snapshot).where(where)).rowcount)


def _this(sandbox: str, number: int) -> ColumnElement[bool]:
    return and_(t.sandbox_snapshot.c.sandbox == sandbox, t.sandbox_snapshot.c.id == number)


def _packed(connection: Connection, sandbox: str) -> Iterator[_TableRows]:
    for table, where in _tables(sandbox):
        columns = [str(column.name) for column in table.c]
        result = connection.execute(select(table).where(where))
        while rows := result.fetchmany(_TOGETHER):
            yield _TableRows(str(table.name), columns, [list(row) for row in rows])


def _tables(sandbox: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table with rows of a sandbox, and which they are; parts are found through what they are parts of."""
    through = {part: (parent, column) for parent, parts in PARTS.items() for part, column in parts}
    for table in t.metadata.sorted_tables:
        if table in through:
            parent, column = through[table]
            yield table, table.c[column].in_(select(parent.c.id).where(parent.c.sandbox == sandbox))
        elif "sandbox" in table.c and table not in (*COUNTERS, *SNAPSHOTS):
            yield table, table.c.sandbox == sandbox


def _unpacked(connection: Connection, sandbox: str, number: int) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    body = connection.execute(select(t.sandbox_snapshot.c.body).where(_this(sandbox, number))).scalar()
    if body is None:
        raise Refused("no-such-snapshot", f"The sandbox {sandbox!r} has no snapshot {number}.", name=sandbox, id=number)
    for part in _parts(zlib.decompress(body)):
        table = t.metadata.tables.get(part.table)
        if table is None or [column.name for column in table.c] != part.columns:
            raise Refused(
                "snapshot-outdated",
                f"The snapshot {number} of {sandbox!r} is older than the tables: {part.table} has changed.",
                id=number,
            )
        yield table, [dict(zip(part.columns, row, strict=True)) for row in part.rows]


def _framed(encoded: bytes) -> bytes:
    return len(encoded).to_bytes(4, "big") + encoded


def _parts(packed: bytes) -> Iterator[_TableRows]:
    place = 0
    while place < len(packed):
        begin = place + 4
        place = begin + int.from_bytes(packed[place:begin], "big")
        yield msgspec.msgpack.decode(packed[begin:place], type=_TableRows)
