"""A new SQLite file is turned to write-ahead logging, whoever else opens it meanwhile."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore

import pytest

from single_window.store.sqlite_connections import turn_to_wal
from tests.patience import PATIENCE


@pytest.fixture
def somebody_reading(tmp_path: Path) -> sqlite3.Connection:
    """Another process's connection in the midst of reading the file, which nobody can then turn."""
    reading = sqlite3.connect(tmp_path / "window.sqlite3", isolation_level=None, check_same_thread=False)
    reading.execute("BEGIN")
    reading.execute("SELECT * FROM sqlite_master").fetchall()
    return reading


def turning(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path / "window.sqlite3", isolation_level=None, timeout=0, check_same_thread=False)


def mode(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def test_it_waits_for_one_who_reads(tmp_path: Path, somebody_reading: sqlite3.Connection) -> None:
    connection, tries = turning(tmp_path), Semaphore(0)
    connection.set_trace_callback(lambda _statement: tries.release())
    with ThreadPoolExecutor(1) as other:
        turned = other.submit(turn_to_wal, connection, PATIENCE)
        assert tries.acquire(timeout=PATIENCE) and tries.acquire(timeout=PATIENCE)
        somebody_reading.execute("COMMIT")
        turned.result(PATIENCE)
    assert mode(connection) == "wal"


def test_it_gives_up_when_its_patience_is_over(tmp_path: Path, somebody_reading: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        turn_to_wal(turning(tmp_path), 0.0)
    somebody_reading.close()


def test_a_database_in_memory_has_no_file_to_turn() -> None:
    connection = sqlite3.connect(":memory:")
    turn_to_wal(connection, 0.0)
    assert mode(connection) == "memory"
