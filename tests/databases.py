"""Empty databases for tests: SQLite in a folder, and on PostgreSQL one of its own that is dropped afterwards.

PostgreSQL is looked for at SINGLE_WINDOW_TEST_POSTGRESQL, an SQLAlchemy address whose user may create databases;
where there is none, tests that want it are skipped with a reason (`tests/absent.py`).
"""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import CursorResult, Engine, Executable, Result, Table, Update, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from single_window.settings import Settings
from single_window.store import migrate
from single_window.store.engine import reading, writing
from single_window.store.tables import metadata
from single_window.wiring import Window, open_window
from tests.absent import absent

VARIABLE = "SINGLE_WINDOW_TEST_POSTGRESQL"
ADDRESS = os.environ.get(VARIABLE, "postgresql+psycopg:///test")
ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.service))
ON_BOTH = pytest.mark.databases(*ENGINES)
"""Marks tests, or by `pytestmark` a module: those that ask for a `dialect`, however indirectly, run on both; on
PostgreSQL with the long proofs."""


@contextmanager
def empty_database(engine: str, folder: Path) -> Iterator[str]:
    """The address of a new database without tables."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'window.sqlite3'}"
        return
    if missing := _unreachable():
        absent(missing)
    with _postgresql(_name(folder)) as address:
        yield address


@contextmanager
def made_database(engine: str, folder: Path, new: bool = False) -> Iterator[str]:
    """The address of a database with all tables and nothing in them: a copy of one that was made once, or on PostgreSQL
    one that an earlier test of this process has left and that was emptied; not where it must be `new`."""
    if engine == "sqlite":
        shutil.copy(_made_file(), folder / "window.sqlite3")
        yield f"sqlite:///{folder / 'window.sqlite3'}"
        return
    if missing := _unreachable():
        absent(missing)
    if new:
        with _postgresql(_name(folder), _made_template()) as address:
            yield address
        return
    address = _left.pop() if _left else _until_the_end(_postgresql(_name(folder), _made_template()))
    yield address
    if emptied(address):
        _left.append(address)


_left: list[str] = []
"""Databases of this process that nobody uses."""
MOST_ROWS = 20_000
"""Rows that are deleted to use a database again; with more it is cheaper to make another."""
_FORM = text(
    "SELECT md5(string_agg(concat_ws(' ', relname, relkind, relnatts, relacl), ',' ORDER BY relname)) FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace"
)
"""What a test may have changed besides rows: tables, indexes, columns, rights."""


def emptied(address: str) -> bool:
    """Whether a database was made as it was when it was new: a copy of the template costs fifty times as much."""
    name = make_url(address).database
    _command(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    engine = create_engine(address, poolclass=NullPool, connect_args={"connect_timeout": 3, "client_encoding": "utf8"})
    with engine.begin() as connection:
        if connection.execute(_FORM).scalar() != _form_of_template():
            return False
        return sum(connection.execute(table.delete()).rowcount for table in metadata.sorted_tables) <= MOST_ROWS


@cache
def _form_of_template() -> str:
    address = make_url(ADDRESS).set(database=_made_template())
    engine = create_engine(address, poolclass=NullPool, connect_args={"client_encoding": "utf8"})
    with engine.connect() as connection:
        return str(connection.execute(_FORM).scalar())


def window_in(folder: Path, **settings: object) -> Window:
    """A window on a folder: on the database that lies there, else on a copy of one that was made once. What is decided
    on its pages is sent at once, if the settings do not say otherwise."""
    chosen = Settings(**{"data": folder, "readers": 0, "synchronous": "NORMAL", "undo_seconds": 0, **settings})  # type: ignore[arg-type]
    if not chosen.database:
        made_data(folder)
    return open_window(chosen)


def made_data(folder: Path) -> None:
    """Copy a database that was made once into a folder of a window's data, if there is none yet."""
    if not (folder / "window.sqlite3").exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(_made_file(), folder / "window.sqlite3")


@cache
def _made_file() -> Path:
    file = kept_folder() / "window.sqlite3"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@cache
def _made_template() -> str:
    name = f"single_window_{os.getpid()}_made"
    migrate.upgrade(_until_the_end(_postgresql(name)))
    return name


def kept_folder() -> Path:
    """A new folder that is there until this process ends: for what is made once and copied."""
    return Path(_until_the_end(TemporaryDirectory(prefix="single-window-")))


def _until_the_end(made: AbstractContextManager[str]) -> str:
    """Enter it now, leave it when this process ends."""
    atexit.register(made.__exit__, None, None, None)
    return made.__enter__()


_numbers = count(1)


def _name(folder: Path) -> str:
    return f"single_window_{os.getpid()}_{next(_numbers)}_{folder.name}"[:60].lower().replace("-", "_")


@contextmanager
def _postgresql(name: str, template: str = "template1") -> Iterator[str]:
    # what is committed need not survive the server's death: no wait for its disk
    _command(f'CREATE DATABASE "{name}" TEMPLATE "{template}"', f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        yield make_url(ADDRESS).set(database=name).render_as_string(hide_password=False)
    finally:
        _command(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def _unreachable() -> str:
    """Why there is no PostgreSQL; empty when there is one."""
    try:
        _command("SELECT 1")
    except ImportError as error:
        return f"no PostgreSQL: {error}; install the extra `postgresql`"
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        return f"no PostgreSQL at {ADDRESS} ({reason}); set {VARIABLE} to an address whose user may create databases"
    return ""


def _command(*statements: str) -> None:
    engine = create_engine(
        ADDRESS,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 3, "client_encoding": "utf8"},
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def fetch(engine: Engine, statement: Executable) -> Result[Any]:
    """What a statement finds, in a reading transaction of its own."""
    with reading(engine) as connection:
        return connection.execute(statement).freeze()()


def carry_out(engine: Engine, statement: Executable) -> CursorResult[Any]:
    """Execute one statement in a writing transaction of its own; gives how many rows it changed."""
    with writing(engine) as connection:
        return connection.execute(by_the_program(statement))


def by_the_program(statement: Executable) -> Executable:
    """A statement that changes rows as a fault of the program would: their checksum does not say that the disk did."""
    if isinstance(statement, Update) and isinstance(statement.table, Table) and "seal" in statement.table.c:
        return statement.values(seal=0)
    return statement


def read_by(engine: Engine, query: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """What a query of the program gives for these values, in a reading transaction of its own."""
    with reading(engine) as connection:
        found = query(connection, *values, **named)
        return list(found) if isinstance(found, Iterator) else found


def write_by(engine: Engine, change: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """What a change by the program gives for these values, in a writing transaction of its own."""
    with writing(engine) as connection:
        return change(connection, *values, **named)


def kept_open(opened: Any) -> Iterator[Any]:
    """What a fixture gives that is closed when nobody wants it any more."""
    yield opened
    opened.close()
