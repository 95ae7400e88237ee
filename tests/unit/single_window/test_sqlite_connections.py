"""Connections to a SQLite file stay open between transactions; none that a failure left unfinished is used again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from sqlite3 import ProgrammingError
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import TimeoutError as AllBusy

from single_window.store.engine import close_unused, open_engine, read_once, reading, writing
from single_window.store.sqlite_connections import ReadConnections


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'kept.sqlite3'}")
    with writing(opened) as connection:
        connection.exec_driver_sql("CREATE TABLE noted (number INTEGER)")
    yield opened
    opened.dispose()


@pytest.fixture
def opened(engine: Engine) -> list[object]:
    """The connections that were opened since the first that wrote."""
    drivers: list[object] = []
    event.listen(engine, "connect", lambda driver, _record: drivers.append(driver))
    return drivers


def is_open(driver: Any) -> bool:
    with suppress(ProgrammingError):
        driver.execute("SELECT 1")
        return True
    return False


def note(engine: Engine, number: int, fails: bool = False) -> None:
    with suppress(ValueError), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO noted VALUES (?)", (number,))
        if fails:
            raise ValueError(number)


def noted(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return list(connection.exec_driver_sql("SELECT number FROM noted ORDER BY number").scalars())


def test_one_reader_and_one_writer_serve_all_transactions_that_follow_each_other(engine, opened):
    for number in range(20):
        note(engine, number)
        assert noted(engine) == list(range(number + 1))
    assert len(opened) == 1, "the writer was there before"


def test_threads_that_write_share_one_connection(engine, opened):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: note(engine, number), range(80)))
    assert not opened and noted(engine) == list(range(80))


def rush(engine: Engine, times: int = 1) -> None:
    """Six read at the same time."""
    together = Barrier(6)

    def read(_: int) -> None:
        with reading(engine):
            together.wait()

    with ThreadPoolExecutor(6) as threads:
        for _ in range(times):
            list(threads.map(read, range(6)))


def test_as_many_readers_are_opened_as_read_at_once_and_these_are_kept(engine, opened):
    rush(engine, times=3)
    assert len(opened) == 6


def test_readers_that_nobody_has_used_for_a_while_are_closed(engine, opened):
    rush(engine)
    close_unused(engine)
    noted(engine)
    assert len(opened) == 6, "they were all in use since the call before"
    close_unused(engine)
    assert sum(map(is_open, opened)) == 1, "the one that was used since"
    noted(engine)
    assert len(opened) == 6
    close_unused(engine)
    close_unused(engine)
    assert sum(map(is_open, opened)) == 0 and noted(engine) == []


def test_what_fails_is_rolled_back_and_its_connection_used_again(engine, opened):
    for number in range(10):
        note(engine, number, fails=number % 2 == 1)
    assert noted(engine) == [0, 2, 4, 6, 8] and len(opened) == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_connection_that_may_be_in_a_transaction_is_closed(engine, opened, error):
    def leave(connection: Connection) -> None:
        connection.connection.dbapi_connection.execute("BEGIN")  # type: ignore[union-attr]
        raise error

    readers: ReadConnections = engine.get_execution_options()["readers"]
    with pytest.raises(error), readers.one() as connection:
        leave(connection)
    assert noted(engine) == [] and len(opened) == 2


def test_what_one_caller_chose_for_a_connection_is_not_for_the_next(engine, opened):
    with reading(engine) as connection:
        connection.execution_options(yield_per=10)
    with reading(engine) as connection:
        assert "yield_per" not in connection.get_execution_options()
    assert len(opened) == 2


def test_what_a_transaction_has_read_is_not_kept_for_the_next(engine):
    for number in (1, 2):
        with writing(engine) as connection:
            assert read_once(connection, "number", lambda: number) == number  # noqa: B023
            assert read_once(connection, "number", lambda: 0) == number


def test_an_interrupted_writer_leaves_nothing_and_the_next_writes(engine, opened):
    with pytest.raises(KeyboardInterrupt), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO noted VALUES (1)")
        raise KeyboardInterrupt
    note(engine, 2)
    assert noted(engine) == [2] and len(opened) == 2, "another writer, and the reader"


def test_disposing_of_an_engine_closes_its_connections_and_it_opens_others_when_needed(engine, opened):
    note(engine, 1)
    noted(engine)
    engine.dispose()
    assert not Path(f"{engine.url.database}-wal").exists(), "the last connection to close takes the journal with it"
    assert noted(engine) == [1] and len(opened) == 2


def test_an_error_reports_that_all_readers_are_busy(engine):
    readers = ReadConnections(engine.connect, most=2, patience=0)
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(readers.one())
        with pytest.raises(AllBusy, match="busy for 0 seconds"), readers.one():
            pass
    with readers.one() as connection:
        assert not connection.closed
    readers.close()
