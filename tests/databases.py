"""Empty databases for tests: SQLite in a folder, and on PostgreSQL one of its own that is dropped afterwards.

PostgreSQL is looked for at SINGLE_WINDOW_TEST_POSTGRESQL, an SQLAlchemy address whose user may create databases;
where there is none, tests that want it are skipped with a reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

VARIABLE = "SINGLE_WINDOW_TEST_POSTGRESQL"
ADDRESS = os.environ.get(VARIABLE, "postgresql+psycopg:///test")
ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.service))
"""What a test that holds for both is parametrised with."""


@contextmanager
def empty_database(engine: str, folder: Path) -> Iterator[str]:
    """The address of a new database without tables."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'window.sqlite3'}"
        return
    if missing := _unreachable():
        pytest.skip(missing)
    name = f"single_window_{os.getpid()}_{folder.name}"[:60].lower().replace("-", "_")
    _command(f'CREATE DATABASE "{name}"')
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


def _command(statement: str) -> None:
    engine = create_engine(ADDRESS, poolclass=NullPool, isolation_level="AUTOCOMMIT",
                           connect_args={"connect_timeout": 3})
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
