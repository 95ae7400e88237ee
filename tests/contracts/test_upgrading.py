"""A database of an earlier program is refused until it is upgraded, then holds all it held; an empty one is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner, Result
from sqlalchemy import BigInteger, Connection, Engine, Integer, LargeBinary, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from single_window.auditing import waiting
from single_window.cli import main
from single_window.data_lock import DataLock
from single_window.settings import Settings
from single_window.store import case_queue, migrate
from single_window.store.case_queue import QueueFilter
from single_window.store.engine import open_engine, reading, writing
from single_window.store.migrate import WrongRevision
from single_window.store.tables import metadata
from tests.databases import LATER_ON_POSTGRESQL, empty_database
from tests.stories.killing import PATIENCE, at_once
from tests.tables import each

pytestmark = LATER_ON_POSTGRESQL
REVISIONS = tuple(migrate.titles())
EARLIER = REVISIONS[:-1]
SOON = (EARLIER[0], EARLIER[len(EARLIER) // 2], EARLIER[-1])
"""The oldest, one between and the newest of them; the others are upgraded with the long proofs."""
ADDED = frozenset({"mailbox"})
"""Tables to which an upgrade adds rows: whoever has sent something has a mailbox afterwards."""
ROWS = 3
BOOK_KEEPING = "alembic_version"
COMMANDS = (
    ["run", "--port", "0"],
    ["show", "X1"],
    ["act", "X1", "conclude"],
    ["parked", "list"],
    ["receipts"],
    ["prune", "--before", "2026-01-01"],
    ["sandbox", "list"],
    ["clock", "show"],
)


@pytest.fixture
def settings(dialect: str, tmp_path: Path) -> Iterator[Settings]:
    with empty_database(dialect, tmp_path) as address:
        yield Settings(data=tmp_path, database="" if dialect == "sqlite" else address)


@pytest.fixture
def address(settings: Settings) -> str:
    return settings.database_url


def call(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(
        main,
        [*arguments, "--data", str(settings.data)],
        env={"SINGLE_WINDOW_DATABASE": settings.database, "LANG": "C", "LC_ALL": ""},
    )


# the tables


def filled(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Rows in every table of a database, whatever tables it has; gives them by table."""
    given: dict[str, list[dict[str, Any]]] = {}
    upgraded = tables(engine)
    with writing(engine) as connection:
        _keep_no_statement(connection)
        for table in upgraded:
            given[table.name] = [
                {column.name: value(column.type, number, column.name) for column in table.columns}
                for number in range(1, ROWS + 1)
            ]
            connection.execute(insert(table), given[table.name])
    return given


def value(kind: Any, number: int, name: str) -> Any:
    """Something of a type, another one for each row, no longer than its column."""
    if isinstance(kind, BigInteger | Integer):
        return number
    if isinstance(kind, LargeBinary):
        return bytes([number])
    room = (getattr(kind, "length", None) or 9) - len(str(number))
    return f"{name[: min(8, room)]}{number}"


def tables(engine: Engine) -> list[Table]:
    schema = MetaData()
    schema.reflect(engine)
    return [table for table in schema.sorted_tables if table.name != BOOK_KEEPING]


def held(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    upgraded = tables(engine)
    with reading(engine) as connection:
        _keep_no_statement(connection)
        return {
            table.name: [
                dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in upgraded
        }


def _keep_no_statement(connection: Connection) -> None:
    """Tables that are read from a database are others each time: what is compiled for them serves nobody again."""
    connection.execution_options(compiled_cache=None)


@pytest.mark.parametrize(
    "revision",
    [revision if revision in SOON else pytest.param(revision, marks=pytest.mark.long) for revision in EARLIER],
)
def test_every_earlier_database_is_brought_to_the_newest_tables_with_all_it_held(address: str, revision: str) -> None:
    migrate.upgrade(address, revision)
    engine = open_engine(address)
    given = filled(engine)
    done: list[str] = []
    migrate.upgrade(address, progress=done.append)
    assert [name.split()[0] for name in done] == list(REVISIONS[REVISIONS.index(revision) + 1 :])
    assert migrate.revision_status(address).ready
    now = held(engine)
    for table, rows in given.items():
        kept = [{name: cell for name, cell in row.items() if name in now[table][0]} for row in rows]
        there = [{name: row[name] for name in kept[0]} for row in now[table]]
        assert [row for row in there if row in kept] == kept and (table in ADDED or len(there) == len(kept))
    if revision < "0028":
        sent = {(row["sandbox"], row["sender"]) for row in now["message"]}
        assert sent <= {(row["sandbox"], row["dxp_id"]) for row in now["mailbox"]}
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_an_upgrade_that_fails_half_way_has_not_happened(address: str) -> None:
    """A table of a later revision's name stands in the way: none of the revisions before it stays either."""
    migrate.upgrade(address, "0001")
    engine = open_engine(address)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE channel (something INTEGER)"))
    with pytest.raises(DBAPIError):
        migrate.upgrade(address)
    assert migrate.revision_status(address).current == "0001"
    assert "sent_at" not in {
        column.name for table in tables(engine) if table.name == "delivery" for column in table.columns
    }
    engine.dispose()


def make(address: str, barrier: Any) -> None:
    """One of several processes that find no tables at the same instant."""
    barrier.wait(PATIENCE)
    migrate.prepare(address)


def test_several_processes_that_start_on_an_empty_database_make_its_tables_once(address: str) -> None:
    at_once(make, *[(address,)] * 4)
    assert migrate.revision_status(address).ready


# who may work on them


@pytest.fixture(scope="module")
def behind(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A database at the first revision, which nobody changes."""
    folder = tmp_path_factory.mktemp("behind")
    with empty_database(dialect, folder) as address:
        migrate.upgrade(address, "0001")
        yield Settings(data=folder, database="" if dialect == "sqlite" else address)


@each("arguments", COMMANDS, ids=" ".join)
def test_every_command_refuses_a_database_that_is_behind(behind: Settings, arguments: list[str]) -> None:
    result = call(behind, *arguments)
    assert result.exit_code == 1
    assert "is at revision 0001" in result.stderr and f"needs {REVISIONS[-1]}" in result.stderr
    assert "single-window upgrade" in result.stderr
    assert ("single-window backup" if not behind.database else "pg_dump") in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert migrate.revision_status(behind.database_url).current == "0001"


def test_a_database_of_a_newer_program_is_refused(settings: Settings) -> None:
    migrate.upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {BOOK_KEEPING} SET version_num = '9999'"))
    engine.dispose()
    for arguments in (["show", "X1"], ["upgrade"], ["upgrade", "--check"]):
        result = call(settings, *arguments)
        assert (result.exit_code, "9999" in result.stderr, "newer" in result.stderr) == (1, True, True)


def test_a_database_that_something_else_made_is_left_alone(settings: Settings) -> None:
    engine = open_engine(settings.database_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE message (something INTEGER)"))
    with pytest.raises(WrongRevision, match="did not make"):
        migrate.prepare(settings.database_url)
    assert [table.name for table in tables(engine)] == ["message"]
    engine.dispose()


# the command


def test_the_command_says_what_is_missing_then_brings_it(settings: Settings) -> None:
    migrate.upgrade(settings.database_url, "0001")
    behind = call(settings, "upgrade", "--check")
    assert behind.exit_code == 1
    assert all(
        revision in behind.stdout and title in behind.stdout for revision, title in list(migrate.titles().items())[1:]
    )
    done = call(settings, "upgrade")
    assert done.exit_code == 0 and f"now at revision {REVISIONS[-1]}" in done.stdout
    again = call(settings, "upgrade", "--check")
    assert again.exit_code == 0 and "up to date" in again.stdout
    assert call(settings, "show", "X1", "--json").exit_code == 1, "there is nothing of this number"


def test_nobody_is_upgraded_at_work(settings: Settings) -> None:
    migrate.upgrade(settings.database_url, "0001")
    if settings.database:
        engine = open_engine(settings.database_url)
        with reading(engine) as connection:
            connection.execute(select(func.now()))
            refused = call(settings, "upgrade")
        engine.dispose()
        assert "1 connections of other processes" in refused.stderr
    else:
        with DataLock(settings.data):
            refused = call(settings, "upgrade")
        assert "is in use by" in refused.stderr
    assert refused.exit_code == 1
    assert migrate.revision_status(settings.database_url).current == "0001"
    assert call(settings, "upgrade").exit_code == 0


def test_a_database_that_is_behind_can_be_copied(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    migrate.upgrade(settings.database_url, "0001")
    assert call(settings, "backup", str(tmp_path / "copy")).exit_code == 0
    assert migrate.revision_status(f"sqlite:///{tmp_path / 'copy'}").current == "0001"


def test_what_waits_for_an_officer_when_the_queue_is_made_stands_in_it(address: str) -> None:
    migrate.upgrade(address, "0013")
    engine = open_engine(address)
    waiting_rows: tuple[tuple[str, dict[str, Any]], ...] = (
        ("declaration", {"id": 1, "key": "A", "state": "in_review", "flow": "I", "invt_no": "I1", "last_return": 5}),
        ("declaration", {"id": 2, "key": "B", "state": "detained", "flow": "E", "version": 3}),
        ("declaration", {"id": 3, "key": "C", "state": "released", "flow": "I"}),
        ("request", {"id": 4, "kind": "cancellation", "key": "A|1", "state": "accepted"}),
        ("request", {"id": 5, "kind": "departure_note", "key": "A|2", "state": "accepted"}),
        ("batch", {"id": 6, "batch_no": "B1", "state": "in_review"}),
        ("refund_claim", {"id": 7, "key": "E|1", "state": "in_review", "fob": 9, "refund": 2}),
        ("forex_report", {"id": 8, "key": "B|1", "state": "in_review", "rmb": 7}),
        ("enterprise", {"code": "3702960A01", "state": "in_review", "name": "甲公司"}),
    )
    with writing(engine) as connection:
        for name, values in waiting_rows:
            table = Table(name, MetaData(), autoload_with=connection)
            connection.execute(insert(table).values(sandbox="main", **values))
    migrate.upgrade(address)
    with reading(engine) as connection:
        ledger = waiting.audited(connection, "main")
        cases = case_queue.page(connection, "main", QueueFilter())
    engine.dispose()
    assert ledger.rows == 7 and ledger.differences == ()
    assert {(case.desk, case.number) for case in cases} >= {("review", "I1"), ("registrations", "3702960A01")}


def test_lines_of_earlier_programs_name_the_receipts_that_report_them(address: str) -> None:
    migrate.upgrade(address, "0029")
    engine = open_engine(address)
    lines = (
        (1, "inventory", "customs", "accepted", 1_001),
        (2, "inventory", "customs", "rejected", 5_000),
        (3, "inventory", "customs", "rejected", 5_003),
        (4, "inventory", "customs", "waiting", 5_000),
        (5, "inventory", "tax", "collected", 9_000),
        (6, "order", "port", "refused", 1_000),
        (7, "inventory", "customs", "released", 99_000),
    )
    given = (
        ("inventory", "120", 1_001),
        ("inventory", "100", 5_000),
        ("inventory", "100", 5_003),
        ("tax_bill", "2", 9_400),
        ("order", "-301008", 1_000),
        ("inventory", "800", 9_000),
    )
    about = {"sandbox": "main", "order_no": "D1", "key": "K"}
    with writing(engine) as connection:
        timeline, receipt = (Table(name, MetaData(), autoload_with=connection) for name in ("timeline", "receipt"))
        for number, kind, actor, event, instant in lines:
            noted = {"id": number, "kind": kind, "actor": actor, "event": event, "at": instant}
            connection.execute(insert(timeline).values(**about, **noted))
        for position, (kind, status, instant) in enumerate(given):
            place = {"group_id": 1, "position": position, "code": "622", "kind": kind}
            connection.execute(insert(receipt).values(**about, **place, return_status=status, return_time=instant))
    migrate.upgrade(address)
    with reading(engine) as connection:
        names = select(text("return_status, return_time")).select_from(text("timeline")).order_by(text("id"))
        linked = [tuple(row) for row in connection.execute(names)]
    engine.dispose()
    assert linked == [
        ("120", 1_001),
        ("100", 5_000),
        ("100", 5_003),
        ("", None),
        ("2", 9_400),
        ("-301008", 1_000),
        ("", None),
    ]


def test_marks_of_earlier_programs_become_columns(address: str) -> None:
    migrate.upgrade(address, "0031")
    engine = open_engine(address)
    rows: tuple[tuple[str, dict[str, Any]], ...] = (
        ("declaration", {"id": 1, "key": "A", "state": "in_review", "reasons": '[["14204",{"tax":"1.00"},[]]]'}),
        ("declaration", {"id": 2, "key": "B", "state": "accepted", "reasons": '[["15101",{}],["14208.expired",{}]]'}),
        ("declaration", {"id": 3, "key": "C", "state": "in_review", "reasons": '[["15101",{"text":"14204"}]]'}),
        ("declaration", {"id": 4, "key": "D", "state": "rejected", "reasons": '[["14204",{}]]'}),
        ("request", {"id": 5, "kind": "departure_note", "key": "S|LJ1", "lines": '{"0":120}'}),
        ("request", {"id": 6, "kind": "refund", "key": "S|TH1", "lines": '{"1":300000}', "due": 9}),
    )
    with writing(engine) as connection:
        for name, values in rows:
            table = Table(name, MetaData(), autoload_with=connection)
            connection.execute(insert(table).values(sandbox="main", **values))
    migrate.upgrade(address)
    with reading(engine) as connection:
        causes = connection.execute(text("SELECT review_cause FROM declaration ORDER BY id")).scalars().all()
        counted = connection.execute(text("SELECT lines, parcels_left, tally_id FROM request ORDER BY id")).all()
    engine.dispose()
    assert causes == ["guarantee", "guarantee", "", ""]
    assert [tuple(row) for row in counted] == [("", 120, 0), ('{"1":300000}', 0, 9)]
