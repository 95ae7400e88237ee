"""Turns a SQLite file to write-ahead logging, also while other processes open the same new file.

Of two processes that turn the same file at once SQLite refuses one without waiting, however long its time-out, because
each holds what the other waits for. So a turn is tried again until the patience is over.
"""

from __future__ import annotations

from sqlite3 import SQLITE_BUSY, Connection, OperationalError
from threading import Event

PAUSE = 0.01
"""Seconds between two tries."""


def turn_to_wal(connection: Connection, patience: float) -> None:
    """Set `journal_mode=WAL` on the connection's file; nothing to do for one that has it, or that lives in memory.

    `patience`: seconds. Raises `sqlite3.OperationalError` (database is locked) when they are over.
    """
    tries, nothing = max(1, int(patience / PAUSE)), Event()
    for left in reversed(range(tries)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or not left:
                raise
            nothing.wait(PAUSE)
        else:
            return
