"""The baseline for PostgreSQL: inserts the same rows into tables with the same columns and indexes, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from simulators.entry import monotonic

SCHEMA = "floor"


class CopyRows(NamedTuple):
    """Rows of one table as lines in COPY format."""

    table: str
    lines: list[bytes]


def last_transaction(database: str) -> int:
    """The id that the next writing transaction will get (read-only transactions take none)."""
    with _connected(database) as connection:
        return int(connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()[0])


def rows(database: str, but: Sequence[CopyRows] = ()) -> list[CopyRows]:
    """Read the rows that a window has stored since the given transaction, table by table."""
    known = {table.table: frozenset(table.lines) for table in but}
    with _connected(database) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            )
        ]
        return [
            CopyRows(name, [line for line in _copied(connection, name) if line not in known.get(name, ())])
            for name in names
        ]


def _copied(connection: Any, table: str) -> list[bytes]:
    with connection.cursor().copy(f'COPY public."{table}" TO STDOUT') as out:
        return b"".join(out).splitlines(keepends=True)


def database_seconds(database: str, stored: Sequence[CopyRows], commits: int) -> float:
    """Insert these rows by COPY in `commits` transactions; gives the seconds taken."""
    with _connected(database) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        for kept in stored:
            connection.execute(f'CREATE TABLE {SCHEMA}."{kept.table}" (LIKE public."{kept.table}" INCLUDING INDEXES)')
        connection.commit()
        begun = monotonic()
        for number in range(commits):
            _insert(connection, stored, number, commits)
        return monotonic() - begun


def _insert(connection: Any, stored: Sequence[CopyRows], number: int, commits: int) -> None:
    """Insert one transaction's share of every table."""
    for kept in stored:
        first, end = len(kept.lines) * number // commits, len(kept.lines) * (number + 1) // commits
        if first < end:
            with connection.cursor().copy(f'COPY {SCHEMA}."{kept.table}" FROM STDIN') as into:
                into.write(b"".join(kept.lines[first:end]))
    connection.commit()


@contextmanager
def _connected(database: str) -> Iterator[Any]:
    """Open a plain psycopg connection."""
    engine = create_engine(database, poolclass=NullPool, connect_args={"client_encoding": "utf8"})
    connection = engine.raw_connection()
    try:
        yield connection.driver_connection
    finally:
        connection.close()
        engine.dispose()
