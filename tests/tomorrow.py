"""Tomorrow's program: a copy of this one with one more revision, to prove that what is there today can be upgraded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from single_window.settings import Settings
from single_window.store import migrate
from tests.mutants.planting import ROOT, planted

REVISION = "9998"
TITLE = "note something about lists"
DEFAULT = "noted by the upgrade"
"""What the column that is added holds in rows that are there."""
TABLES = f'''

from sqlalchemy import Column, Table, Text

declaration.append_column(Column("note", Text, nullable=False, server_default="{DEFAULT}"))
Table("added_later", metadata, Column("id", Integer, primary_key=True), Column("body", Text, nullable=False))
'''
SCRIPT = f'''"""{TITLE}"""

import sqlalchemy as sa
from alembic import op

revision = "{REVISION}"
down_revision = "{list(migrate.titles())[-1]}"


def upgrade() -> None:
    op.add_column("declaration", sa.Column("note", sa.Text(), server_default="{DEFAULT}", nullable=False))
    op.create_table(
        "added_later",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
    )
'''


class TomorrowsProgram:
    """The program in a tree, each call of which is a process of its own."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree

    def call(self, settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call a command on the data of settings; returns what it prints and its exit code."""
        return self.run(settings, "-m", "single_window", *arguments, "--data", str(settings.data))

    def run(self, settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python on the tree; what is not in it, such as tests, is of this checkout."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SINGLE_WINDOW_")}
        ours = {"PYTHONPATH": os.pathsep.join((str(self.tree), str(ROOT))), "LANG": "C.UTF-8"}
        env = {**kept, **ours, "SINGLE_WINDOW_DATABASE": settings.database}
        command = (sys.executable, *arguments)
        return subprocess.run(command, cwd=settings.data, env=env, capture_output=True, text=True, check=False)


@contextmanager
def tomorrows_program() -> Iterator[TomorrowsProgram]:
    """A copy of this program with a further revision and the tables that it makes."""
    with planted(None) as tree:
        tables, name = tree / "single_window/store/tables.py", f"{REVISION}_{TITLE.replace(' ', '_')}.py"
        text = tables.read_text("utf-8") + TABLES
        tables.unlink()  # a link: writing into it would change our own
        tables.write_text(text, "utf-8")
        (tree / "single_window/store/migrations/versions" / name).write_text(SCRIPT, "utf-8")
        yield TomorrowsProgram(tree)
