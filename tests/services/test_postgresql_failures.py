"""What PostgreSQL's errors mean: raised by the server itself, by their SQLSTATE."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from single_window.store.engine import open_engine, writing
from single_window.store.failures import code_of, is_contention, is_engine_failure, is_transient
from tests.databases import empty_database
from tests.tables import each

pytestmark = pytest.mark.service
ENGINE, BUSY, TAKEN, FAULT = "the engine's", "a lock's", "somebody else's", "the statement's own"
STATES = {
    "53100 disk full": ENGINE,
    "53200 out of memory": ENGINE,
    "53300 too many connections": ENGINE,
    "57P01 admin shutdown": ENGINE,
    "57P03 cannot connect now": ENGINE,
    "58030 input or output failed": ENGINE,
    "25006 read only": ENGINE,
    "08006 connection failure": ENGINE,
    "40001 serialization failure": BUSY,
    "40P01 deadlock": BUSY,
    "55P03 lock not available": BUSY,
    "23505 unique violation": TAKEN,
    "22001 too long": FAULT,
    "22021 no such character": FAULT,
    "42P01 no such table": FAULT,
    "22012 by zero": FAULT,
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with empty_database("postgresql", tmp_path_factory.mktemp("failures")) as address:
        opened = open_engine(address)
        yield opened
        opened.dispose()


def whose(error: BaseException) -> str:
    """Who is to blame."""
    result = {
        ENGINE: is_engine_failure(error),
        BUSY: is_contention(error) and is_transient(error) and not is_engine_failure(error),
        TAKEN: is_contention(error) and not is_transient(error),
        FAULT: not is_contention(error) and not is_transient(error),
    }
    assert list(result.values()).count(True) == 1
    return next(name for name, so in result.items() if so)


@each("state", STATES)
def test_every_error_is_somebody_s(engine: Engine, state: str) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '{state[:5]}'; END $$"
    with pytest.raises(DBAPIError) as raised, writing(engine) as connection:
        connection.execute(text(raising))
    assert code_of(raised.value) == state[:5]
    assert whose(raised.value) == STATES[state]


def test_a_connection_that_was_cut_is_replaced(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as raised, writing(engine) as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert whose(raised.value) == ENGINE
    with writing(engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_sessions_wait_for_locks_and_for_nobody_for_ever(engine: Engine) -> None:
    with writing(engine) as connection:
        kept = {
            name: connection.execute(text(f"SHOW {name}")).scalar()
            for name in (
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "transaction_isolation",
                "application_name",
            )
        }
    assert kept == {
        "lock_timeout": "30s",
        "idle_in_transaction_session_timeout": "5min",
        "transaction_isolation": "read committed",
        "application_name": "single-window",
    }
