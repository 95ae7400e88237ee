"""Opens the database: SQLite in WAL mode by default, PostgreSQL on request, and transactions that read or write.

SQLite writers take their lock at the start (`BEGIN IMMEDIATE`) so that two of them wait instead of failing late;
readers begin plainly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from single_window.private import make_file
from single_window.store.damage import demand_whole, noted
from single_window.store.postgresql import open_postgresql
from single_window.store.sqlite_connections import ReadConnections, Writer, turn_to_wal
from single_window.store.unavailable import no_driver

BUSY_MILLISECONDS = 30_000
CACHE, CACHE_WRITING = 8_192, 24_576
"""Kilobytes of pages that a connection keeps in memory: what a reader keeps is void when others have written."""
T = TypeVar("T")


def open_engine(url: str, synchronous: str = "FULL") -> Engine:
    """An engine for a database address; nothing is connected yet. `synchronous` (FULL, NORMAL) concerns SQLite alone.

    Raises `DatabaseUnavailable` where the driver is not installed.
    """
    if url.startswith("sqlite"):
        return _open_sqlite(url, synchronous)
    try:
        return open_postgresql(url)
    except ModuleNotFoundError as missing:
        raise no_driver(url, missing) from None


def _open_sqlite(url: str, synchronous: str) -> Engine:
    address = make_url(url).set(drivername="sqlite+window")
    arguments = {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000, "factory": _SQLiteConnection}
    readers = ReadConnections(lambda: _to_read(engine))
    writer = Writer(lambda: _to_write(engine), address.database)
    engine = create_engine(
        address,
        connect_args=arguments,
        poolclass=NullPool,  # `reading` and `writing` keep connections themselves
        execution_options={"readers": readers, "writer": writer},
    )

    @event.listens_for(engine, "engine_disposed")
    def _close(_engine: Any) -> None:
        readers.close()
        writer.close()

    @event.listens_for(engine, "do_connect")
    def _make(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
        if arguments and arguments[0] != ":memory:":
            make_file(Path(arguments[0]))  # SQLite gives its other files the mode of this one

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        turn_to_wal(connection, BUSY_MILLISECONDS / 1000)
        for pragma in (
            f"synchronous={synchronous}",
            f"busy_timeout={BUSY_MILLISECONDS}",
            "foreign_keys=ON",
            f"cache_size=-{CACHE}",
            "temp_store=MEMORY",
            "wal_autocheckpoint=16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def close_unused(engine: Engine) -> None:
    """Once in a while: close the connections to SQLite that were for a rush of readers, and give their memory back."""
    if engine.dialect.name == "sqlite":
        engine.get_execution_options()["readers"].close_unused()


class _SQLiteConnection(sqlite3.Connection):
    """The driver's connection, which knows how its next transaction begins."""

    begins = WRITES = "BEGIN IMMEDIATE"
    READS = "BEGIN"


def _to_read(engine: Engine) -> Connection:
    connection = engine.connect().execution_options(write=False)
    driver: Any = connection.connection.dbapi_connection
    driver.begins = _SQLiteConnection.READS
    return connection


def _to_write(engine: Engine) -> Connection:
    connection = engine.connect().execution_options(read_once={})
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA cache_size=-{CACHE_WRITING}")
    return connection


class WindowDialect(SQLiteDialect_pysqlite):
    """SQLite whose transactions begin as they are meant; an event that did it would cost every statement its share."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin a transaction that writes, unless the connection is about to read."""
        dbapi_connection.execute(dbapi_connection.begins)


registry.register("sqlite.window", __name__, WindowDialect.__name__)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that writes; commits at the end, rolls back on any exception.

    Never one inside another in the same thread: writers of a process take turns where the database has one writer.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection.execution_options(read_once={})
        return
    writer: Writer = engine.get_execution_options()["writer"]
    demand_whole(engine.url.database)
    try:
        with writer.turn() as connection, connection.begin():
            connection.get_execution_options()["read_once"].clear()
            yield connection
    except DBAPIError as error:
        raise noted(engine.url.database, error) from error.__cause__


def writes(connection: Connection) -> bool:
    """True if the connection is in a transaction that writes."""
    return "read_once" in connection.get_execution_options()


def read_once(connection: Connection, key: Any, read: Callable[[], T]) -> T:
    """The value that a transaction that writes has read under a key before, else what `read` gives; elsewhere it is
    read anew.

    For what several steps of one transaction need and none of them changes.
    """
    kept: dict[Any, T] | None = connection.get_execution_options().get("read_once")
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return kept[key]


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads. What it reads is of one moment on SQLite, of one moment a statement elsewhere.

    There a transaction would promise no more, and cost two trips to the server and back.
    """
    with _reading(engine, "AUTOCOMMIT") as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """As `reading`, and all that it reads is of one moment, whatever others commit meanwhile."""
    with _reading(engine, "REPEATABLE READ") as connection:
        yield connection


@contextmanager
def _reading(engine: Engine, level: str) -> Iterator[Connection]:
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level=level) as connection, connection.begin():
            yield connection
        return
    readers: ReadConnections = engine.get_execution_options()["readers"]
    demand_whole(engine.url.database)
    try:
        with readers.one() as connection, connection.begin():  # SQLite's readers always see one moment
            yield connection
    except DBAPIError as error:
        raise noted(engine.url.database, error) from error.__cause__
