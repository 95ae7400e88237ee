"""Brings a database to the newest revision of its tables, or reports why it may not be used as it is.

Revisions are applied under a lock of the database's own, so that processes that start together make its tables once.
Alembic is imported where it is used: a window whose tables are as they must be, or are made at once, starts without it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, inspect, make_url, text

from single_window.store.bulk import on_sqlite
from single_window.store.engine import open_engine, reading
from single_window.store.postgresql import APPLICATION
from single_window.store.tables import metadata
from single_window.store.unavailable import explained, place

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"
BOOK_KEEPING = "alembic_version"
"""The table in which Alembic keeps the revision of a database."""
_LOCK = 0x51_4E_47_4C
"""The number of the advisory lock on PostgreSQL, the same in every process."""


class WrongRevision(Exception):
    """A database that this program cannot use as it is; the message says what to do."""

    permanent = True


class RevisionStatus(NamedTuple):
    """The standing of a database: the revision it has (empty: none), the one needed, the revisions between, in order.

    `unknown`: this program does not know the revision. `foreign`: tables of these names, made by something else.
    """

    current: str
    needed: str
    missing: tuple[str, ...]
    unknown: bool = False
    foreign: bool = False

    @property
    def ready(self) -> bool:
        """True if the program may work on it."""
        return not (self.missing or self.unknown or self.foreign)

    @property
    def empty(self) -> bool:
        """True if nothing was ever kept in it."""
        return not self.current and not self.foreign


def standing(url: str) -> RevisionStatus:
    """The standing of the database at an address; raises `DatabaseUnavailable`."""
    with explained(url):
        engine = open_engine(url)
        try:
            with reading(engine) as connection:
                return _standing(connection)
        finally:
            engine.dispose()


def titles() -> dict[str, str]:
    """The titles of the revisions, the oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config("sqlite://"))
    return {revision.revision: revision.doc for revision in reversed(list(scripts.walk_revisions()))}


def others(url: str) -> int:
    """The number of connections of this program's processes that a database server has open, this one's apart; SQLite:
    0."""
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


def _standing(connection: Connection) -> RevisionStatus:
    tables = set(inspect(connection).get_table_names())
    current = _current(connection) if BOOK_KEEPING in tables else ""
    if current == _newest():
        return RevisionStatus(current, current, ())
    every = _revisions()
    if current and current not in every:
        return RevisionStatus(current, every[-1], (), unknown=True)
    missing = tuple(every[every.index(current) + 1 :] if current else every)
    foreign = not current and bool(tables & set(metadata.tables))
    return RevisionStatus(current, every[-1], missing, foreign=foreign)


def _current(connection: Connection) -> str:
    """The revision that a database has; empty: none."""
    return str(connection.execute(text(f"SELECT version_num FROM {BOOK_KEEPING}")).scalar() or "")


def _revisions() -> list[str]:
    """All revisions by the names of their files, the oldest first: Alembic would run each file to know its number."""
    return sorted(file.name.partition("_")[0] for file in FOLDER.glob("versions/[0-9]*.py"))


def _newest() -> str:
    return _revisions()[-1]


def behind(url: str) -> str | None:
    """The revision that a database lacks; None: it is up to date."""
    schema = standing(url)
    return None if schema.ready else schema.needed


def prepare(url: str) -> None:
    """Make the tables of an empty database; raises `WrongRevision` for any other that is not up to date."""
    schema = standing(url)
    if not schema.empty:
        check(schema, url)
    elif make_url(url).get_backend_name() == "sqlite":
        make(url)
    else:
        upgrade(url)


def check(schema: RevisionStatus, url: str) -> None:
    """Raise `WrongRevision` unless the program may work on a database that stands so."""
    if schema.ready:
        return
    where = place(make_url(url))
    if schema.foreign:
        raise WrongRevision(
            f"The database {where} holds tables that this program did not make. "
            "Choose another one with --data FOLDER or SINGLE_WINDOW_DATABASE."
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
    """Bring the database at an address to a revision; a new one is made. `progress` is called with each revision done.

    All in one transaction: what fails half-way has not happened.
    """
    from alembic import command

    with explained(url):
        engine = open_engine(url)
        try:
            with engine.begin() as connection:
                if not on_sqlite(connection):  # SQLite's writer is alone from the start
                    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
                config = _config(url)
                config.attributes.update(connection=connection, progress=progress)
                command.upgrade(config, revision)
        finally:
            engine.dispose()


def make(url: str) -> None:
    """Make all tables of a new SQLite database at once, as all revisions one after the other do; where somebody else
    has just made them, they are left as they are."""
    with explained(url):
        engine = open_engine(url)
        try:
            with engine.begin() as connection:  # SQLite's writer is alone from here on
                if not inspect(connection).has_table(BOOK_KEEPING):
                    _make(connection)
        finally:
            engine.dispose()


def _make(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)
    connection.execute(
        text(
            f"CREATE TABLE {BOOK_KEEPING} (version_num VARCHAR(32) NOT NULL, "
            f"CONSTRAINT {BOOK_KEEPING}_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text(f"INSERT INTO {BOOK_KEEPING} VALUES (:newest)"), {"newest": _newest()})


def _config(url: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
