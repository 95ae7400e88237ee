"""A database of an earlier program is refused until it is upgraded, then holds all it held; an empty one is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import BigInteger, Connection, Engine, Integer, LargeBinary, MetaData, Table, func, insert, select, text

from single_window.cli import main
from single_window.data_lock import DataLock
from single_window.settings import Settings
from single_window.store import migrate
from single_window.store.engine import open_engine, reading, writing
from single_window.store.migrate import WrongRevision
from tests.databases import ON_BOTH, empty_database
from tests.patience import PATIENCE
from tests.stories.killing import at_once
from tests.tables import each
from tests.tomorrow import DEFAULT, REVISION, TITLE, TomorrowsProgram, tomorrows_program

pytestmark = ON_BOTH
REVISIONS = tuple(migrate.titles())
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


@pytest.fixture(scope="module")
def tomorrow() -> Iterator[TomorrowsProgram]:
    with tomorrows_program() as program:
        yield program


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


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite cannot reflect it
@pytest.mark.parametrize(
    "revision", [REVISIONS[0], *(pytest.param(later, marks=pytest.mark.long) for later in REVISIONS[1:])]
)
def test_every_earlier_database_is_brought_to_the_newest_tables_with_all_it_held(
    settings: Settings, tomorrow: TomorrowsProgram, revision: str
) -> None:
    migrate.upgrade(settings.database_url, revision)
    engine = open_engine(settings.database_url)
    given = filled(engine)
    engine.dispose()
    done = tomorrow.call(settings, "upgrade")
    assert done.returncode == 0, done.stderr
    later = [*REVISIONS[REVISIONS.index(revision) + 1 :], REVISION]
    assert [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")] == later
    now = held(engine)
    for table, rows in given.items():
        assert [{name: row[name] for name in rows[0]} for row in now[table]] == rows
    assert {row["note"] for row in now["declaration"]} == {DEFAULT} and now["added_later"] == []
    engine.dispose()


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_an_upgrade_that_fails_half_way_has_not_happened(settings: Settings, tomorrow: TomorrowsProgram) -> None:
    """A table of a later revision's name stands in the way: what was done before it does not stay either."""
    migrate.upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE added_later (something INTEGER)"))
    engine.dispose()
    failed = tomorrow.call(settings, "upgrade")
    assert failed.returncode == 1 and "added_later" in failed.stderr
    assert migrate.revision_status(settings.database_url).ready
    (declaration,) = (table for table in tables(engine) if table.name == "declaration")
    assert "note" not in declaration.c
    engine.dispose()


def make(address: str, barrier: Any) -> None:
    """One of several processes that find no tables at the same instant."""
    barrier.wait(PATIENCE)
    migrate.prepare(address)


@pytest.mark.long
def test_several_processes_that_start_on_an_empty_database_make_its_tables_once(address: str) -> None:
    at_once(make, *[(address,)] * 4)
    assert migrate.revision_status(address).ready


# who may work on them


@pytest.fixture(scope="module")
def behind(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A database of this program, which tomorrow's finds behind and nobody changes."""
    folder = tmp_path_factory.mktemp("behind")
    with empty_database(dialect, folder) as address:
        migrate.upgrade(address)
        yield Settings(data=folder, database="" if dialect == "sqlite" else address)


@pytest.mark.long
@each("arguments", COMMANDS, ids=" ".join)
def test_every_command_refuses_a_database_that_is_behind(
    behind: Settings, tomorrow: TomorrowsProgram, arguments: list[str]
) -> None:
    result = tomorrow.call(behind, *arguments)
    assert result.returncode == 1
    assert f"is at revision {REVISIONS[-1]}" in result.stderr and f"needs {REVISION}" in result.stderr
    assert "single-window upgrade" in result.stderr
    assert ("single-window backup" if not behind.database else "pg_dump") in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert migrate.revision_status(behind.database_url).ready


def at_revision(settings: Settings, revision: str) -> None:
    """Make a database that says it is at a revision."""
    migrate.upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {BOOK_KEEPING} SET version_num = :revision"), {"revision": revision})
    engine.dispose()


@pytest.mark.parametrize("revision", ["0001", "0036"])
def test_a_database_of_a_program_before_the_first_release_is_refused_with_what_to_do(
    settings: Settings, revision: str
) -> None:
    at_revision(settings, revision)
    for arguments in (["show", "X1"], ["upgrade"], ["upgrade", "--check"], ["run", "--port", "0"]):
        result = call(settings, *arguments)
        assert result.exit_code == 1 and f"is at revision {revision}" in result.stderr
        assert "cannot be upgraded" in result.stderr and "--data FOLDER" in result.stderr
    assert migrate.revision_status(settings.database_url).current == revision


def test_a_database_of_a_newer_program_is_refused(settings: Settings) -> None:
    at_revision(settings, "9999")
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


@pytest.mark.long
def test_the_command_says_what_is_missing_then_brings_it(settings: Settings, tomorrow: TomorrowsProgram) -> None:
    migrate.upgrade(settings.database_url)
    behind = tomorrow.call(settings, "upgrade", "--check")
    assert behind.returncode == 1 and f"{REVISION} {TITLE}" in behind.stdout
    done = tomorrow.call(settings, "upgrade")
    assert done.returncode == 0 and f"now at revision {REVISION}" in done.stdout
    again = tomorrow.call(settings, "upgrade", "--check")
    assert again.returncode == 0 and "up to date" in again.stdout
    assert tomorrow.call(settings, "show", "X1", "--json").returncode == 1, "there is nothing of this number"


@pytest.mark.long
def test_nobody_is_upgraded_at_work(settings: Settings, tomorrow: TomorrowsProgram) -> None:
    migrate.upgrade(settings.database_url)
    if settings.database:
        engine = open_engine(settings.database_url)
        with reading(engine) as connection:
            connection.execute(select(func.now()))
            refused = tomorrow.call(settings, "upgrade")
        engine.dispose()
        assert "1 connections of other processes" in refused.stderr
    else:
        with DataLock(settings.data):
            refused = tomorrow.call(settings, "upgrade")
        assert "is in use by" in refused.stderr
    assert refused.returncode == 1
    assert migrate.revision_status(settings.database_url).ready
    assert tomorrow.call(settings, "upgrade").returncode == 0


@pytest.mark.long
def test_a_database_that_is_behind_can_be_copied(tmp_path: Path, tomorrow: TomorrowsProgram) -> None:
    settings = Settings(data=tmp_path)
    migrate.upgrade(settings.database_url)
    assert tomorrow.call(settings, "backup", str(tmp_path / "copy")).returncode == 0
    assert migrate.revision_status(f"sqlite:///{tmp_path / 'copy'}").ready
