"""Upgrading an empty database gives exactly the tables that the program was written for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from single_window.store import migrate
from single_window.store.engine import open_engine, reading, writing
from single_window.store.tables import metadata
from tests.databases import ENGINES, empty_database

BOOK_KEEPING = "alembic_version"
SHAPE = {
    "sqlite": """
        SELECT m.name, c.name, c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '') || ' ' || c.pk
        FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
        UNION ALL SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
        UNION ALL SELECT m.name, 'unique', group_concat(c.name)
        FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
        WHERE m.type = 'table' AND i.origin = 'u' GROUP BY m.name, i.name
        UNION ALL SELECT name, 'without rowid', wr FROM pragma_table_list
        WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'""",
    "postgresql": """
        SELECT table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
}
"""What an engine says of its tables, each (table, part, definition)."""


@pytest.fixture(params=ENGINES)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases."""
    for name in ("upgraded", "made"):
        (tmp_path / name).mkdir()
    with (
        empty_database(request.param, tmp_path / "upgraded") as result,
        empty_database(request.param, tmp_path / "made") as other,
    ):
        yield result, other


def shape(engine: Engine) -> dict[tuple[str, str], str]:
    with reading(engine) as connection:
        rows = connection.execute(text(SHAPE[engine.dialect.name])).all()
    return {(table, name): definition for table, name, definition in rows if table != BOOK_KEEPING}


def test_revisions_and_tables_agree_to_the_last_index(pair: tuple[str, str]) -> None:
    migrate.upgrade(pair[0])
    upgraded, made = (open_engine(address) for address in pair)
    with writing(made) as connection:
        metadata.create_all(connection)
    try:
        assert shape(upgraded) == shape(made)
        assert {table for table, _ in shape(upgraded)} == set(metadata.tables)
    finally:
        upgraded.dispose()
        made.dispose()


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_a_new_revision_would_be_empty(pair: tuple[str, str]) -> None:
    migrate.upgrade(pair[0])
    engine = open_engine(pair[0])
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_an_upgraded_database_is_not_behind_and_may_be_upgraded_again(pair: tuple[str, str]) -> None:
    assert migrate.behind(pair[0])
    migrate.upgrade(pair[0])
    assert migrate.behind(pair[0]) is None
    migrate.upgrade(pair[0])


def test_tables_made_at_once_are_those_of_all_revisions(tmp_path: Path) -> None:
    shapes, revisions = [], []
    for way in (migrate.upgrade, migrate.make):
        address = f"sqlite:///{tmp_path / f'{way.__name__}.sqlite3'}"
        way(address)
        engine = open_engine(address)
        shapes.append(shape(engine))
        with reading(engine) as connection:
            revisions.append(connection.execute(text(f"SELECT * FROM {BOOK_KEEPING}")).all())
            assert not any(connection.execute(table.select()).first() for table in metadata.tables.values())
        engine.dispose()
        assert migrate.revision_status(address).ready
    assert shapes[0] == shapes[1]
    assert revisions[0] == revisions[1]


def test_indexes_are_created_by_name_as_plans_depend_on_their_order(tmp_path: Path) -> None:
    created = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
    for name, create in (("upgraded", migrate.upgrade), ("made", migrate.make)):
        (tmp_path / name).mkdir()
        with empty_database("sqlite", tmp_path / name) as address:
            create(address)
            with reading(open_engine(address)) as connection:
                indexes: dict[str, list[str]] = {}
                for table, index in connection.execute(text(created)):
                    indexes.setdefault(table, []).append(index)
        assert indexes and all(names == sorted(names) for names in indexes.values()), name
