"""Brings a database to the newest revision of its tables, or says that it is behind."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from single_window.store.engine import open_engine

FOLDER = Path(__file__).parent / "migrations"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at an address to a revision; a new database is made."""
    if revision == "head" and behind(url) is None:
        return
    command.upgrade(_config(url), revision)


def behind(url: str) -> str | None:
    """The revision that a database lacks; None: it is up to date."""
    head = ScriptDirectory.from_config(_config(url)).get_current_head()
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return None if current == head else head
