"""Opens the database: SQLite in WAL mode by default, PostgreSQL on request, and transactions that read or write.

SQLite writers take their lock at the start (`BEGIN IMMEDIATE`) so that two of them wait instead of failing late;
readers begin plainly. The execution option `write` of a connection decides.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from single_window.private import make_file, open_file
from single_window.store.postgresql import open_postgresql
from single_window.store.unavailable import no_driver
from single_window.store.write_ahead import turn_to_wal

BUSY_MILLISECONDS = 30_000
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
    # the connection used last first: its pages are in memory, and the pages of the others need not be
    arguments = {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000, "factory": _SQLiteConnection}
    engine = create_engine(make_url(url).set(drivername="sqlite+window"), connect_args=arguments, pool_use_lifo=True)

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
            "cache_size=-24576",
            "temp_store=MEMORY",
            "wal_autocheckpoint=16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


class _SQLiteConnection(sqlite3.Connection):
    """The driver's connection, which knows how its next transaction begins."""

    begins = WRITES = "BEGIN IMMEDIATE"
    READS = "BEGIN"


class WindowDialect(SQLiteDialect_pysqlite):
    """SQLite whose transactions begin as they are meant; an event that did it would cost every statement its share."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin a transaction that writes, unless the connection is about to read."""
        dbapi_connection.execute(dbapi_connection.begins)


registry.register("sqlite.window", __name__, WindowDialect.__name__)


class _Turns:
    """First come, first served among the writing threads of one process; a file's lock between processes.

    SQLite lets a second writer sleep and try again, longer and longer; taking turns here wakes it at once.
    """

    def __init__(self, database: str | None) -> None:
        self._file = open_file(Path(f"{database}-turn"), "ab") if database else None
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    def __enter__(self) -> None:
        self._wait_here()
        if self._file is not None:
            flock(self._file, LOCK_EX)

    def _wait_here(self) -> None:
        mine = Lock()
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            flock(self._file, LOCK_UN)
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_turns: WeakKeyDictionary[Engine, _Turns] = WeakKeyDictionary()
_making = Lock()


def _turns_of(engine: Engine) -> _Turns:
    turns = _turns.get(engine)
    if turns is None:
        with _making:
            turns = _turns.setdefault(engine, _turns.get(engine) or _Turns(engine.url.database))
    return turns


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that writes; commits at the end, rolls back on any exception.

    Never one inside another in the same thread: writers of a process take turns where the database has one writer.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection.execution_options(read_once={})
        return
    with _turns_of(engine), engine.begin() as connection:
        yield connection.execution_options(read_once={})


def writes(connection: Connection) -> bool:
    """Whether the connection is in a transaction that writes."""
    return "read_once" in connection.get_execution_options()


def read_once(connection: Connection, key: Any, read: Callable[[], T]) -> T:
    """What a transaction that writes has read under a key before, else what `read` gives; elsewhere it is read anew.

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
    with engine.connect().execution_options(write=False) as connection:  # SQLite's readers always see one moment
        driver: Any = connection.connection.dbapi_connection
        driver.begins = _SQLiteConnection.READS
        try:
            begun = connection.begin()
        finally:
            driver.begins = _SQLiteConnection.WRITES
        with begun:
            yield connection
