"""Statements of the hot path on SQLite: its errors as SQLAlchemy reports them, and prepared once, not at each call."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import bindparam, delete, event, select
from sqlalchemy.exc import IntegrityError, OperationalError

from single_window.store import deliveries
from single_window.store.bulk import insert_rows
from single_window.store.engine import open_engine, reading, writing
from single_window.store.failures import DatabaseDamaged, is_contention
from single_window.store.prepared import change, fetch_all, with_constants
from single_window.store.tables import mailbox
from tests.databases import window_in
from tests.stories.story import StoryRunner

_DELETE = delete(mailbox).where(mailbox.c.sandbox == bindparam("of_sandbox"))
_ALL = select(mailbox.c.dxp_id, mailbox.c.next).order_by(mailbox.c.sandbox, mailbox.c.dxp_id)
_STATEMENTS_COUNTED = "SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_STMTVTAB'"


def test_a_database_that_another_holds_is_busy_as_sqlalchemy_reports_it(tmp_path: Path) -> None:
    engines = [open_engine(f"sqlite:///{tmp_path / 'held.sqlite3'}") for _ in range(2)]
    mailbox.metadata.create_all(engines[0])
    with engines[0].begin(), reading(engines[1]) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError) as raised:
            change(connection, _DELETE, {"of_sandbox": "x"})
    assert is_contention(raised.value)
    for engine in engines:
        engine.dispose()


def test_what_decides_about_a_partial_index_is_no_parameter() -> None:
    text = str(with_constants(deliveries._ready(("customs",))))
    assert "delivery.state = 'ready'" in text and "delivery.not_before <= :now" in text


def test_no_statement_of_a_trade_is_prepared_anew_at_each_call(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    story = StoryRunner(window)
    for number in range(3):
        story.send(story.trade(number))
    prepared = []
    for transaction in (reading, writing):
        with transaction(window.engine) as connection:
            driver = connection.connection.dbapi_connection
            if not driver.execute(_STATEMENTS_COUNTED).fetchall():
                pytest.skip("this SQLite does not report how often statements were prepared")
            prepared += driver.execute("SELECT sql, reprep, run FROM sqlite_stmt WHERE run >= 6").fetchall()
    window.close()
    assert len(prepared) > 20
    assert [sql for sql, again, run in prepared if again > run / 2] == []


def test_an_error_while_rows_are_read_is_sqlalchemys_and_is_reported_to_who_listens(tmp_path: Path) -> None:
    file = tmp_path / "broken.sqlite3"
    engine = open_engine(f"sqlite:///{file}")
    mailbox.metadata.create_all(engine)
    rows = [("main", f"DXP{number:0200}", 1) for number in range(500)]
    with writing(engine) as connection:
        insert_rows(connection, mailbox, ("sandbox", "dxp_id", "next"), rows)
        root = connection.exec_driver_sql("SELECT max(pageno) FROM dbstat WHERE name = 'mailbox'").scalar()
    engine.dispose()
    with closing(sqlite3.connect(file)) as driver:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as bytes_:
        bytes_.seek((int(root) - 1) * 4096)
        bytes_.write(b"\xff" * 4096)
    reports: list[str] = []
    event.listen(engine, "handle_error", lambda context: reports.append(type(context.sqlalchemy_exception).__name__))
    with pytest.raises(DatabaseDamaged), reading(engine) as connection:
        fetch_all(connection, _ALL, {})
    assert reports == ["DatabaseError"]
    engine.dispose()


def test_a_failed_insert_is_reported_to_who_listens_to_errors(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    mailbox.metadata.create_all(engine)
    reports: list[str] = []
    event.listen(engine, "handle_error", lambda context: reports.append(type(context.original_exception).__name__))
    for _ in range(2):
        with suppress(IntegrityError), writing(engine) as connection:
            insert_rows(connection, mailbox, ("sandbox", "dxp_id", "next"), [("main", "A", 1)])
    assert reports == ["IntegrityError"]
    engine.dispose()
