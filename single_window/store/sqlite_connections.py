"""The connections of a process to a SQLite file: several for reading, and one for writing, used by turns.

They stay open between transactions, because opening one reads the schema and costs as much as twenty short reads.
SQLAlchemy's pool is not used: a check-out costs more than beginning and ending a transaction.

A larger pool of SQLAlchemy would avoid opening connections, but not the check-out (70 of 94 µs of an empty
transaction). PostgreSQL keeps that pool, since there a connection is checked before its use.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, get_ident
from typing import IO, Any

from sqlalchemy import Connection
from sqlalchemy.exc import TimeoutError as AllBusy

from single_window.private import open_file

MAX_READERS = 40
"""Maximum number of concurrent reading connections."""
READER_TIMEOUT_SECONDS = 30.0
"""Seconds that a reader waits while all connections are busy."""


class _IdleConnections:
    """Idle connections, last in first out, because the one used last has its pages in memory."""

    def __init__(self, make: Callable[[], Connection]) -> None:
        self._make = make
        self._free: deque[Connection] = deque()
        self._unused = 0

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection outside any transaction; opens one if none is idle."""
        try:
            connection = self._free.pop()
            self._unused = min(self._unused, len(self._free))
        except IndexError:
            connection = self._make()
        usable, options = False, connection.get_execution_options()
        try:
            yield connection
            usable = (
                connection.get_execution_options() is options
            )  # do not reuse a connection whose options a caller has changed
        except Exception:
            usable = _is_idle(connection)
            raise
        finally:
            if usable:
                self._free.append(connection)
            else:
                connection.close()

    def close(self) -> None:
        """Close idle connections; the next caller opens another."""
        while self._free:
            self._free.pop().close()

    def close_unused(self) -> None:
        """Close connections that were idle since the last call, because each keeps megabytes of pages."""
        with suppress(IndexError):  # another thread may be taking them
            for _ in range(self._unused):
                self._free.popleft().close()
        self._unused = len(self._free)


def _is_idle(connection: Connection) -> bool:
    """True if a connection is usable and outside any transaction after an error."""
    if connection.closed or connection.invalidated:
        return False
    driver: Any = connection.connection.dbapi_connection
    return not driver.in_transaction


class ReadConnections:
    """The reading connections, at most `most`; while all are busy a caller waits up to `patience` seconds."""

    def __init__(
        self, make: Callable[[], Connection], most: int = MAX_READERS, patience: float = READER_TIMEOUT_SECONDS
    ) -> None:
        self._idle, self._patience = _IdleConnections(make), patience
        self._slots = BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection outside any transaction; raises `sqlalchemy.exc.TimeoutError` if none becomes free in time."""
        if not self._slots.acquire(timeout=self._patience):
            raise AllBusy(f"all connections that read were busy for {self._patience:.0f} seconds")
        try:
            with self._idle.one() as connection:
                yield connection
        finally:
            self._slots.release()

    def close(self) -> None:
        """Close the idle connections."""
        self._idle.close()

    def close_unused(self) -> None:
        """Close the connections that were idle since the last call."""
        self._idle.close_unused()


class Writer:
    """The writing connection. Threads use it in the order of arrival; processes exclude each other by a file lock.

    SQLite's own busy handler sleeps for growing intervals, while a turn here begins at once. A single connection keeps
    its page cache until another process writes.
    """

    def __init__(self, make: Callable[[], Connection], database: str | None) -> None:
        self._idle, self._database = _IdleConnections(make), database
        self._file: IO[bytes] | None = None
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()
        self._in_use = False
        self._in_hand: tuple[int, Connection] | None = None

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """Wait for the caller's turn; yields the connection, outside any transaction."""
        self._wait_in_process()
        try:
            with self._process_lock(), self._idle.one() as connection:
                self._in_hand = get_ident(), connection
                yield connection
        finally:
            self._in_hand = None
            self._end_turn()

    @property
    def in_hand(self) -> Connection | None:
        """The connection, if this thread has its turn."""
        held = self._in_hand
        return held[1] if held is not None and held[0] == get_ident() else None

    def close(self) -> None:
        """Close the connection if it is idle."""
        self._idle.close()

    def _wait_in_process(self) -> None:
        own_turn = Lock()
        with self._lock:
            first, self._in_use = not self._in_use, True
            if not first:
                own_turn.acquire()
                self._waiting.append(own_turn)
        if not first:
            own_turn.acquire()

    def _end_turn(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._in_use = False

    @contextmanager
    def _process_lock(self) -> Iterator[None]:
        if self._file is None and self._database:
            self._file = open_file(Path(f"{self._database}-turn"), "ab")
        if self._file is None:
            yield
            return
        flock(self._file, LOCK_EX)
        try:
            yield
        finally:
            flock(self._file, LOCK_UN)


RETRY_SECONDS = 0.01
"""Seconds between two attempts to switch to WAL mode."""


def turn_to_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Set `journal_mode=WAL` on the connection's file; no effect if it is set, or on an in-memory database.

    Raises `sqlite3.OperationalError` (database is locked) after `patience` seconds.
    """
    tries, never_set = max(1, int(patience / RETRY_SECONDS)), Event()
    for left in reversed(range(tries)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not left:
                raise
            never_set.wait(RETRY_SECONDS)
        else:
            return
