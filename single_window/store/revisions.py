"""The revisions of the database's tables that this release knows, by the names of their files."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
"""The table in which Alembic keeps the revision of a database."""


def revisions() -> list[str]:
    """All revisions, oldest first. Read from file names, because Alembic would import each file."""
    return sorted(file.name.partition("_")[0] for file in FOLDER.glob("versions/[0-9]*.py"))


def newest() -> str:
    """The revision that this release has."""
    return revisions()[-1]
