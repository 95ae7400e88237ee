"""Empties the log of a SQLite database when nobody writes: little is in the log alone, and the disk gets it back.

SQLite itself copies the log to the file at commits, but leaves the newest transactions in it and never shortens it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from single_window.store.damage import file_of
from single_window.store.engine import BUSY_MILLISECONDS
from single_window.store.sqlite_connections import Writer
from single_window.store.write_ahead_log import LOG

PATIENCE_MILLISECONDS = 100
"""Time that a checkpoint waits for readers of the log."""
_State = tuple[int, int]
"""Size and time of the last change."""


class Checkpoints:
    """Checkpoints of a database; without effect on a server's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        file = file_of(str(engine.url))
        self._log = file.with_name(file.name + LOG) if file else None
        self._last: _State = (0, 0)

    def empty_if_quiet(self) -> None:
        """Empty the log if nothing was written since the last call, unless readers need it; called periodically."""
        if self._log is None:
            return
        state = _state_of(self._log)
        if state[0] and state == self._last:
            self._empty()
        self._last = state

    def _empty(self) -> None:
        writer: Writer = self._engine.get_execution_options()["writer"]
        with writer.turn() as connection:
            driver: Any = connection.connection.dbapi_connection
            driver.execute(f"PRAGMA busy_timeout={PATIENCE_MILLISECONDS}")
            try:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def _state_of(log: Path) -> _State:
    try:
        status = log.stat()
    except OSError:
        return (0, 0)
    return (status.st_size, status.st_mtime_ns)
