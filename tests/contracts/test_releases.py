"""A database of each release is upgraded by today's program and by tomorrow's: what was given comes again to its
byte, what is open is worked off. `python -m tests.releases` wrote them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import LargeBinary, MetaData, insert

from single_window.cli import main
from single_window.settings import Settings
from single_window.store import migrate
from single_window.store.engine import open_engine, writing
from tests import releases
from tests.databases import ON_BOTH, empty_database
from tests.tomorrow import tomorrows_program

pytestmark = ON_BOTH
RELEASES = sorted(folder.name for folder in releases.FOLDER.iterdir())
BOOK_KEEPING = "alembic_version"


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(dialect: str, release: str, tmp_path: Path) -> Iterator[Settings]:
    """A folder with the database of a release; on PostgreSQL with its rows in tables of its revision."""
    releases.unpack(release, tmp_path)
    with empty_database(dialect, tmp_path) as address:
        if dialect == "postgresql":
            load(tmp_path / releases.DATABASE, address, releases.written(release)["revision"])
        yield releases.settings_of(tmp_path, "" if dialect == "sqlite" else address)


def load(file: Path, address: str, revision: str) -> None:
    """Copy the rows of a SQLite file into a PostgreSQL database."""
    migrate.upgrade(address, revision)
    engine, schema = open_engine(address), MetaData()
    schema.reflect(engine)
    with closing(sqlite3.connect(file)) as source, writing(engine) as connection:
        source.row_factory = sqlite3.Row
        for table in schema.sorted_tables:
            if table.name == BOOK_KEEPING:
                continue
            binary = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
            rows = [dict(row) for row in source.execute(f'SELECT * FROM "{table.name}"')]
            for row in rows:
                row |= {name: row[name].encode() for name in binary if isinstance(row[name], str)}
            if rows:
                connection.execute(insert(table), rows)
    engine.dispose()


def upgraded(settings: Settings) -> None:
    called = CliRunner().invoke(
        main, ["upgrade", "--data", str(settings.data)], env={"SINGLE_WINDOW_DATABASE": settings.database, "LANG": "C"}
    )
    assert called.exit_code == 0, called.output
    assert migrate.revision_status(settings.database_url).ready


def check(told: dict[str, Any], release: str, revision: str) -> None:
    """Compare what a program tells of a database with what the program of its release told."""
    expected = releases.written(release)
    same = expected.pop("revision") == revision
    assert told["given"] == told["again"] == expected["given"], "what was given"
    if not same:
        assert told.pop("snapshot") in (expected.pop("snapshot"), "snapshot-outdated")
    assert told == expected


def test_the_database_of_a_release_holds_what_a_window_at_work_holds(release: str) -> None:
    written = releases.written(release)
    assert min(written["open"].values()) > 0 and written["pushed"][0][0] > 1 and written["snapshot"] > 0
    assert set(written["left"].values()) == {0} and written["unbalanced"] == []
    given = {digest for groups in written["given"].values() for digests in groups for digest in digests}
    assert len(given) > 20 and len(written["receipts"]) > 20


def test_todays_program_upgrades_it_and_gives_again_and_works_off_what_is_there(
    settings: Settings, release: str
) -> None:
    upgraded(settings)
    check(json.loads(json.dumps(releases.became(settings))), release, list(migrate.titles())[-1])


@pytest.mark.long
def test_so_does_tomorrows(settings: Settings, release: str) -> None:
    with tomorrows_program() as program:
        refused = program.call(settings, "show", "X1")
        assert refused.returncode == 1 and "single-window upgrade" in refused.stderr
        assert program.call(settings, "upgrade").returncode == 0
        told = program.run(settings, "-m", "tests.releases", str(settings.data), settings.database)
    assert told.returncode == 0, told.stderr
    result = json.loads(told.stdout)
    assert result["snapshot"] == "snapshot-outdated"
    check(result, release, "")
