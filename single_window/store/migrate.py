"""Upgrades a database to the newest schema revision, or reports why it cannot be used.

Revisions are applied under a database lock, so that processes that start together create the tables once. Alembic is
imported only when it is needed, because it slows the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, MetaData, inspect, make_url, text
from sqlalchemy.schema import CreateIndex, CreateTable

from single_window.store.bulk import on_sqlite
from single_window.store.engine import open_engine, reading
from single_window.store.postgresql import APPLICATION
from single_window.store.revisions import FOLDER, VERSION_TABLE, newest, revisions
from single_window.store.tables import metadata
from single_window.store.unavailable import explained, place

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x51_4E_47_4C
"""The number of the advisory lock on PostgreSQL, the same in every process."""


class WrongRevision(Exception):
    """The database has a revision that this program cannot use; the message says what to do."""

    permanent = True


class RevisionStatus(NamedTuple):
    """The current revision of a database (empty: none), the required one, and those missing, in order.

    `unknown`: this program does not know the current revision. `unreleased`: nor will any, because a program before the
    first release made it. `foreign`: another program made tables of these names.
    """

    current: str
    needed: str
    missing: tuple[str, ...]
    unknown: bool = False
    foreign: bool = False
    unreleased: bool = False

    @property
    def ready(self) -> bool:
        """True if the program may use the database."""
        return not (self.missing or self.unknown or self.foreign)

    @property
    def empty(self) -> bool:
        """True if the database has no tables of ours."""
        return not self.current and not self.foreign


def revision_status(url: str) -> RevisionStatus:
    """The revision status of the database at a URL; raises `DatabaseUnavailable`."""
    with explained(url):
        engine = open_engine(url)
        try:
            with reading(engine) as connection:
                return _revision_status(connection)
        finally:
            engine.dispose()


def titles() -> dict[str, str]:
    """Revision → title, oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config("sqlite://"))
    return {revision.revision: revision.doc for revision in reversed(list(scripts.walk_revisions()))}


def other_connections(url: str) -> int:
    """The number of connections of other processes of this program to a PostgreSQL database; 0 on SQLite."""
    with explained(url):
        engine = open_engine(url)
        try:
            with engine.connect() as connection:
                return (
                    0
                    if on_sqlite(connection)
                    else int(
                        connection.execute(
                            text(
                                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                                "AND application_name = :name AND pid <> pg_backend_pid()"
                            ),
                            {"name": APPLICATION},
                        ).scalar()
                        or 0
                    )
                )
        finally:
            engine.dispose()


def _revision_status(connection: Connection) -> RevisionStatus:
    tables = set(inspect(connection).get_table_names())
    current = _current_revision(connection) if VERSION_TABLE in tables else ""
    if current == newest():
        return RevisionStatus(current, current, ())
    known = revisions()
    if current and current not in known:
        return RevisionStatus(current, known[-1], (), unknown=True, unreleased=current < known[0])
    missing = tuple(known[known.index(current) + 1 :] if current else known)
    foreign = not current and bool(tables & set(metadata.tables))
    return RevisionStatus(current, known[-1], missing, foreign=foreign)


def _current_revision(connection: Connection) -> str:
    """The revision of a database; empty: none."""
    return str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or "")


def behind(url: str) -> str | None:
    """The required revision, or None if the database is up to date."""
    schema = revision_status(url)
    return None if schema.ready else schema.needed


def prepare(url: str) -> None:
    """Create the tables of an empty database; raises `WrongRevision` for any other that is not up to date."""
    schema = revision_status(url)
    if not schema.empty:
        check(schema, url)
    elif make_url(url).get_backend_name() == "sqlite":
        make(url)
    else:
        upgrade(url)


def check(schema: RevisionStatus, url: str) -> None:
    """Raise `WrongRevision` unless the program may use a database with this status."""
    if schema.ready:
        return
    where = place(make_url(url))
    if schema.foreign:
        raise WrongRevision(
            f"The database {where} holds tables that this program did not make. "
            "Choose another one with --data FOLDER or SINGLE_WINDOW_DATABASE."
        )
    if schema.unreleased:
        raise WrongRevision(
            f"The database {where} is at revision {schema.current}, which a program before the first release made; "
            "it cannot be upgraded. Begin in another folder (--data FOLDER) or with another SINGLE_WINDOW_DATABASE; "
            "to play its messages there, record them with that program (single-window record FILE) and replay the file."
        )
    if schema.unknown:
        raise WrongRevision(
            f"The database {where} is at revision {schema.current}, which this program, made for "
            f"{schema.needed}, does not know: a newer one has worked on it. Install that one."
        )
    first = "single-window backup FILE" if url.startswith("sqlite") else "pg_dump"
    raise WrongRevision(
        f"The database {where} is at revision {schema.current}; this program needs {schema.needed}. "
        f"Stop what works on it, copy it ({first}), then bring it up to date: single-window upgrade"
    )


def upgrade(url: str, revision: str = "head", progress: Callable[[str], None] = lambda done: None) -> None:
    """Upgrade the database at a URL to a revision, in one transaction. `progress` is called with each revision done."""
    from alembic import command

    with explained(url):
        engine = open_engine(url)
        try:
            with engine.begin() as connection:
                if not on_sqlite(connection):  # SQLite has a single writer
                    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
                config = _config(url)
                config.attributes.update(connection=connection, progress=progress)
                command.upgrade(config, revision)
        finally:
            engine.dispose()


def make(url: str) -> None:
    """Create all tables of a new SQLite database without running the revisions. Does nothing if another process has
    just created them."""
    with explained(url):
        engine = open_engine(url)
        try:
            with engine.begin() as connection:  # takes SQLite's write lock
                if not inspect(connection).has_table(VERSION_TABLE):
                    _make(connection)
        finally:
            engine.dispose()


def create_tables(connection: Connection, tables: MetaData) -> None:
    """Create tables, and their indexes by name: SQLite's choice between two indexes depends on the order in which they
    were created, and SQLAlchemy's `create_all` has none."""
    for table in tables.sorted_tables:
        connection.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))


def _make(connection: Connection) -> None:
    create_tables(connection, metadata)
    connection.execute(
        text(
            f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, "
            f"CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:newest)"), {"newest": newest()})


def _config(url: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
