"""A log that lacks committed transactions is damage; the torn end of an interrupted commit is not."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from single_window.store.write_ahead_log import INDEX, LOG, lost_commits

COMMITS = 12
FRAME, HEADER = 4_096 + 24, 32
Work = Callable[[sqlite3.Connection], None]


def killed_after(database: Path, work: Work) -> None:
    """A process works on a database and is killed: it leaves the log and the index as they are."""
    pid = os.fork()
    if pid == 0:
        try:
            connection = sqlite3.connect(database, isolation_level=None)
            for statement in ("PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "PRAGMA cache_size=10"):
                connection.execute(statement)
            work(connection)
        finally:
            os._exit(9)
    os.waitpid(pid, 0)


def commit(connection: sqlite3.Connection, times: int = COMMITS, rows: int = 20) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS noted (number INTEGER, words TEXT)")
    for _ in range(times):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO noted VALUES (?, ?)", [(row, "x" * 300) for row in range(rows)])
        connection.execute("COMMIT")


def abandon(connection: sqlite3.Connection) -> None:
    """A transaction so large that it reaches the log before it is rolled back; a shorter one is written over it."""
    commit(connection, 3)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO noted VALUES (?, ?)", [(row, "y" * 900) for row in range(500)])
    connection.execute("ROLLBACK")
    commit(connection, 1, 1)


def begin_again(connection: sqlite3.Connection) -> None:
    """The log is written again from its beginning; behind its end are the frames of before."""
    commit(connection, 10)
    connection.execute("PRAGMA wal_checkpoint(RESTART)")
    commit(connection, 2)


def copy_to_file(connection: sqlite3.Connection) -> None:
    commit(connection, 10)
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def empty_the_log(connection: sqlite3.Connection) -> None:
    commit(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def die_in_a_commit(connection: sqlite3.Connection) -> None:
    commit(connection, 3)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO noted VALUES (?, ?)", [(row, "z" * 900) for row in range(500)])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "window.sqlite3"


def beside(database: Path, ending: str) -> Path:
    return database.with_name(database.name + ending)


def flip(file: Path, place: int, bit: int = 0) -> None:
    with file.open("r+b") as opened:
        opened.seek(place)
        byte = opened.read(1)[0]
        opened.seek(place)
        opened.write(bytes([byte ^ 1 << bit]))


@pytest.mark.parametrize("index", ["with its index", "without"])
@pytest.mark.parametrize("work", [commit, abandon, begin_again, copy_to_file, die_in_a_commit])
def test_what_a_kill_leaves_is_no_damage(database: Path, work: Work, index: str) -> None:
    killed_after(database, work)
    if index == "without":
        beside(database, INDEX).unlink()
    assert lost_commits(database) == ""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("written") / "window.sqlite3"
    killed_after(database, commit)
    return database


@pytest.mark.long
@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bit_that_is_flipped_in_what_was_committed_is_damage(written: Path, share: float, bit: int) -> None:
    log = beside(written, LOG)
    place = int(share * log.stat().st_size)
    flip(log, place, bit)
    try:
        assert "write-ahead log is damaged" in lost_commits(written)
    finally:
        flip(log, place, bit)
    assert lost_commits(written) == ""


def test_without_its_index_a_log_is_damaged_if_later_commits_follow_the_fault(written: Path, tmp_path: Path) -> None:
    """Without an index nothing tells a damaged last transaction from one whose commit was interrupted."""
    copy = tmp_path / "copy.sqlite3"
    stored = beside(written, LOG).read_bytes()
    frames = (len(stored) - HEADER) // FRAME
    verdicts = []
    for frame in range(frames):
        beside(copy, LOG).write_bytes(stored)
        flip(beside(copy, LOG), HEADER + frame * FRAME + 1_000)
        verdicts.append(bool(lost_commits(copy)))
    last = max(place for place, damaged in enumerate(verdicts) if damaged)
    assert all(verdicts[: last + 1]) and last > frames // 2 and not verdicts[-1]


def test_a_log_that_was_cut_is_damaged_where_its_index_knows_of_more(written: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    stored = beside(written, LOG).read_bytes()
    beside(copy, LOG).write_bytes(stored[:-FRAME])
    assert lost_commits(copy) == ""
    beside(copy, INDEX).write_bytes(beside(written, INDEX).read_bytes())
    assert "committed frames would be lost" in lost_commits(copy)


def test_a_log_in_use_is_left_alone(written: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    for ending in ("", LOG):
        beside(copy, ending).write_bytes(beside(written, ending).read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("SELECT count(*) FROM noted").fetchone()
        flip(beside(copy, LOG), HEADER + 1_000)
        assert lost_commits(copy) == ""


def test_a_database_without_a_log_has_lost_nothing_by_it(database: Path) -> None:
    assert lost_commits(database) == ""
    beside(database, LOG).write_bytes(b"")
    assert lost_commits(database) == ""


@pytest.mark.parametrize("kept", [None, 0, HEADER, HEADER - 1], ids=["removed", "emptied", "its header", "less"])
def test_a_log_without_frames_is_damaged_where_its_index_knows_of_some(
    written: Path, tmp_path: Path, kept: int | None
) -> None:
    copy = tmp_path / "copy.sqlite3"
    if kept is not None:
        beside(copy, LOG).write_bytes(beside(written, LOG).read_bytes()[:kept])
    assert lost_commits(copy) == ""
    beside(copy, INDEX).write_bytes(beside(written, INDEX).read_bytes())
    assert re.search(r"gone or empty, and [1-9]\d* committed frames with it", lost_commits(copy))
    os.utime(beside(copy, INDEX), (0, 0))
    assert lost_commits(copy) == "", "an index of before the machine was started tells nothing"


def test_a_log_that_was_emptied_after_all_was_copied_is_no_damage(database: Path) -> None:
    killed_after(database, empty_the_log)
    assert beside(database, LOG).stat().st_size == 0 and beside(database, INDEX).exists()
    assert lost_commits(database) == ""


@pytest.mark.parametrize(("other_device", "examined"), [(1, True), (0, False)])
def test_who_is_connected_to_a_file_of_the_same_number_elsewhere_is_not_connected_to_it(
    written: Path, tmp_path: Path, other_device: int, examined: bool
) -> None:
    copy, locks = tmp_path / "copy.sqlite3", tmp_path / "locks"
    beside(copy, INDEX).write_bytes(beside(written, INDEX).read_bytes())
    status = beside(copy, INDEX).stat()
    device = f"{os.major(status.st_dev) + other_device:02x}:{os.minor(status.st_dev):02x}"
    locks.write_text(f"1: POSIX  ADVISORY  READ 4242 {device}:{status.st_ino} 128 128\n", "ascii")
    assert bool(lost_commits(copy, locks)) is examined
