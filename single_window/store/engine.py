"""Opens the database (SQLite in WAL mode by default, or PostgreSQL), and begins reading and writing transactions.

SQLite writers take their lock at the start (`BEGIN IMMEDIATE`), so that two of them wait instead of failing late;
readers use plain `BEGIN`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from schemas.packing import AlteredData
from single_window.private import make_file
from single_window.store.damage import FileIdentity, demand_unlost, demand_whole, error_to_raise, identity_of
from single_window.store.mailbox_marks import MailboxMarks
from single_window.store.postgresql import open_postgresql
from single_window.store.sqlite_connections import ReadConnections, Writer, turn_to_wal
from single_window.store.unavailable import no_driver

BUSY_MILLISECONDS = 30_000
PAGE_BYTES = 4_096
"""Size of a page of a SQLite database, which new ones have."""
CACHE, CACHE_WRITING = 8_192, 24_576
"""Kilobytes of page cache of a reading and of the writing connection. Readers get less, because any commit of another
connection invalidates their cache."""
CHECKPOINT_PAGES = 4_000
"""Pages of the log after which a commit copies them to the database file: at most about 16 MB are in the log alone."""
PLACES = "places"
"""Key of `read_once` for the next place of each mailbox that a transaction gave places of."""
AFTER_COMMIT = "after-commit"
"""Key of `read_once` for the functions to call once a transaction on SQLite is committed."""
T = TypeVar("T")


def open_engine(url: str, synchronous: str = "FULL") -> Engine:
    """Create an engine for a database URL without connecting. `synchronous` (FULL, NORMAL) applies to SQLite only.

    Raises `DatabaseUnavailable` if the driver is not installed.
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
    marks, first = MailboxMarks(address.database), Lock()
    connected: list[FileIdentity] = []
    engine = create_engine(
        address,
        connect_args=arguments,
        poolclass=NullPool,  # `reading` and `writing` keep connections themselves
        execution_options={"readers": readers, "writer": writer, "marks": marks, "connected": connected},
    )

    @event.listens_for(engine, "engine_disposed")
    def _close(_engine: Any) -> None:
        readers.close()
        writer.close()
        marks.close()

    @event.listens_for(engine, "do_connect")
    def _make(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
        with first:
            if not connected and arguments and arguments[0] != ":memory:":
                _before_first_connection(Path(arguments[0]))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        _configure(connection, synchronous)
        with first:
            if not connected and address.database not in (None, "", ":memory:"):
                connected.append(identity_of(str(address.database)))

    return engine


def _configure(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.isolation_level = None
    turn_to_wal(connection, BUSY_MILLISECONDS / 1000)
    for pragma in (
        f"synchronous={synchronous}",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "foreign_keys=ON",
        f"cache_size=-{CACHE}",
        "temp_store=MEMORY",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        f"journal_size_limit={CHECKPOINT_PAGES * PAGE_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _before_first_connection(database: Path) -> None:
    """Make the file, or examine its log: once a connection is open, nothing tells what recovery has dropped."""
    demand_unlost(database)
    if not database.exists():
        make_file(database)  # SQLite gives its other files the mode of this one


def close_unused(engine: Engine) -> None:
    """Close idle SQLite connections of an earlier peak of readers, to free their memory; called periodically."""
    if engine.dialect.name == "sqlite":
        engine.get_execution_options()["readers"].close_unused()


class _SQLiteConnection(sqlite3.Connection):
    """A connection with the statement that begins its transactions."""

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
    """SQLite dialect that begins reading and writing transactions differently. An event listener would slow every
    statement."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin a transaction with the connection's own statement."""
        dbapi_connection.execute(dbapi_connection.begins)


registry.register("sqlite.window", __name__, WindowDialect.__name__)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a writing transaction; commits at the end, rolls back on any exception.

    Must not be nested in a thread: on SQLite the writers of a process take turns.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection.execution_options(read_once={})
        return
    options = engine.get_execution_options()
    writer: Writer = options["writer"]
    demand_whole(engine.url.database, options["connected"])
    try:
        with writer.turn() as connection:
            cache: dict[Any, Any] = connection.get_execution_options()["read_once"]
            with connection.begin():
                cache.clear()
                yield connection
            if places := cache.get(PLACES):
                options["marks"].write(places)
            for call in cache.get(AFTER_COMMIT, ()):
                call()
    except (DBAPIError, AlteredData) as error:
        raise error_to_raise(engine.url.database, error) from error.__cause__


class _Undone(Exception):
    """Rolls a transaction back."""


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    """A connection in a writing transaction of which nothing stays, as `writing`."""
    with suppress(_Undone), writing(engine) as connection:
        yield connection
        raise _Undone


def separate(engine: Engine) -> Engine:
    """Return an engine for short transactions of a thread that may be in one already: on a server, over a connection
    of its own, which no pool keeps waiting; on SQLite, which has one writer, the engine itself."""
    return engine if engine.dialect.name == "sqlite" else open_postgresql(engine.url, {"poolclass": NullPool})


def in_hand(engine: Engine) -> Connection | None:
    """Return the connection of the writing transaction that this thread is in; None: it is in none, or the database
    has several writers."""
    if engine.dialect.name != "sqlite":
        return None
    writer: Writer = engine.get_execution_options()["writer"]
    return writer.in_hand


def writes(connection: Connection) -> bool:
    """True if the connection is in a writing transaction."""
    return "read_once" in connection.get_execution_options()


def read_once(connection: Connection, key: Any, read: Callable[[], T]) -> T:
    """Cache the result of `read` under a key for the rest of a writing transaction; elsewhere call `read` every time.

    For values that several steps of a transaction need and none changes.
    """
    cache: dict[Any, T] | None = connection.get_execution_options().get("read_once")
    if cache is None:
        return read()
    if key not in cache:
        cache[key] = read()
    return cache[key]


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read-only connection: a consistent snapshot on SQLite, a snapshot for each statement on PostgreSQL.

    On PostgreSQL a READ COMMITTED transaction would guarantee no more and cost two round trips.
    """
    with _reading(engine, "AUTOCOMMIT") as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Like `reading`, with a consistent snapshot on every database."""
    with _reading(engine, "REPEATABLE READ") as connection:
        yield connection


@contextmanager
def _reading(engine: Engine, level: str) -> Iterator[Connection]:
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level=level) as connection, connection.begin():
            yield connection
        return
    options = engine.get_execution_options()
    readers: ReadConnections = options["readers"]
    demand_whole(engine.url.database, options["connected"])
    try:
        with readers.one() as connection, connection.begin():  # on SQLite always a snapshot
            yield connection
    except (DBAPIError, AlteredData) as error:
        raise error_to_raise(engine.url.database, error) from error.__cause__
