"""The connections of a process to a SQLite file: some that read, and one that writes, whose turn goes round.

They stay open between transactions: opening one costs what twenty short reads do, since it reads the schema anew, and
a pool that makes an object of each visit costs more than beginning and ending the transaction.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock
from typing import IO, Any

from sqlalchemy import Connection
from sqlalchemy.exc import TimeoutError as AllBusy

from single_window.private import open_file

READERS = 40
"""Connections that read at the same time at most."""
PATIENCE = 30.0
"""Seconds that a reader waits for one while all are busy."""


class _IdleConnections:
    """Idle connections, the one used last first: its pages are in memory."""

    def __init__(self, make: Callable[[], Connection]) -> None:
        self._make = make
        self._free: deque[Connection] = deque()
        self._unused = 0

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection outside any transaction; another is opened where none is free."""
        try:
            connection = self._free.pop()
            self._unused = min(self._unused, len(self._free))
        except IndexError:
            connection = self._make()
        usable, options = False, connection.get_execution_options()
        try:
            yield connection
            usable = connection.get_execution_options() is options  # what one caller chose is not for the next
        except Exception:
            usable = _is_idle(connection)
            raise
        finally:
            if usable:
                self._free.append(connection)
            else:
                connection.close()

    def close(self) -> None:
        """Close idle ones; the next caller opens another."""
        while self._free:
            self._free.pop().close()

    def close_unused(self) -> None:
        """Close those that nobody has taken since the last call: a rush has passed, and each keeps megabytes of
        pages."""
        with suppress(IndexError):  # somebody takes the last ones just now
            for _ in range(self._unused):
                self._free.popleft().close()
        self._unused = len(self._free)


def _is_idle(connection: Connection) -> bool:
    """True if whatever failed on a connection was rolled back."""
    if connection.closed or connection.invalidated:
        return False
    driver: Any = connection.connection.dbapi_connection
    return not driver.in_transaction


class ReadConnections:
    """The connections that read, `most` of them at a time; a caller that finds none waits for `patience` seconds."""

    def __init__(self, make: Callable[[], Connection], most: int = READERS, patience: float = PATIENCE) -> None:
        self._kept, self._patience = _IdleConnections(make), patience
        self._room = BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection outside any transaction; raises `sqlalchemy.exc.TimeoutError` where none becomes free."""
        if not self._room.acquire(timeout=self._patience):
            raise AllBusy(f"all connections that read were busy for {self._patience:.0f} seconds")
        try:
            with self._kept.one() as connection:
                yield connection
        finally:
            self._room.release()

    def close(self) -> None:
        """Close the idle connections."""
        self._kept.close()

    def close_unused(self) -> None:
        """Close the idle connections that nobody has taken since the last call."""
        self._kept.close_unused()


class Writer:
    """The connection that writes: threads have it by turns, first come, first served, processes by the lock of a file.

    SQLite lets a second writer sleep and try again, longer and longer; taking turns here wakes it at once. One
    connection, because what it has read stays in its memory until another writes.
    """

    def __init__(self, make: Callable[[], Connection], database: str | None) -> None:
        self._kept, self._database = _IdleConnections(make), database
        self._file: IO[bytes] | None = None
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """The connection, outside any transaction, while it is the caller's turn."""
        self._wait_in_process()
        try:
            with self._alone_of_processes(), self._kept.one() as connection:
                yield connection
        finally:
            self._pass_on()

    def close(self) -> None:
        """Close the connection if it is idle."""
        self._kept.close()

    def _wait_in_process(self) -> None:
        mine = Lock()
        with self._lock:
            first, self._taken = not self._taken, True
            if not first:
                mine.acquire()
                self._waiting.append(mine)
        if not first:
            mine.acquire()

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    @contextmanager
    def _alone_of_processes(self) -> Iterator[None]:
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


PAUSE = 0.01
"""Seconds between two tries."""


def turn_to_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Set `journal_mode=WAL` on the connection's file; nothing to do for one that has it, or that lives in memory.

    `patience`: seconds. Raises `sqlite3.OperationalError` (database is locked) when they are over.
    """
    tries, nothing = max(1, int(patience / PAUSE)), Event()
    for left in reversed(range(tries)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not left:
                raise
            nothing.wait(PAUSE)
        else:
            return
