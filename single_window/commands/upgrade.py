"""`single-window upgrade`: migrates an older database to the schema of this program."""

from __future__ import annotations

from contextlib import ExitStack

import click
from sqlalchemy import make_url

from single_window.frame.commands.call import FAILED, Call
from single_window.frame.commands.local import local_command
from single_window.frame.commands.on_data import demand_whole_copy, without_others
from single_window.frame.commands.options import option
from single_window.store import migrate
from single_window.store.damage import file_of, noted, overlooking
from single_window.store.migrate import RevisionStatus
from single_window.store.unavailable import place


@local_command(examples=("--check", ""))
def upgrade(call: Call, check: bool = option("Only check whether an upgrade is needed; exit code 1 if it is.")) -> None:
    """Migrate the database to the revision that this program needs, in one transaction.

    Stop all processes on the database first, and copy it: single-window backup FILE, or pg_dump for PostgreSQL. An
    older copy that took the place of a damaged SQLite file is upgraded, then opened with: single-window restored --yes.
    """
    call.need_data()
    url = call.settings.database_url
    file = file_of(url)
    with ExitStack() as resources:
        if file is not None and noted(file):
            demand_whole_copy(file)
            resources.enter_context(overlooking(file))
        database = migrate.revision_status(url)
        if database.unknown or database.foreign:
            migrate.check(database, url)
        if not check and not database.ready:
            _upgrade(call, url)
    _print(call, place(make_url(url)), database, done=not check)
    if check and not database.ready:
        raise click.exceptions.Exit(FAILED)


def _upgrade(call: Call, url: str) -> None:
    with without_others(call):
        migrate.upgrade(url, progress=lambda done: call.print_line(f"  {done}"))


def _print(call: Call, where: str, database: RevisionStatus, *, done: bool) -> None:
    call.print_json(
        {
            "database": where,
            "revision": database.needed if done else database.current,
            "needed": database.needed,
            "done" if done else "missing": list(database.missing),
        }
    )
    if database.ready:
        call.print_line(f"The database {where} is up to date: revision {database.needed}.")
    elif done:
        call.print_line(f"The database {where} is now at revision {database.needed}.")
    else:
        call.print_line(
            f"The database {where} is at revision {database.current or 'none'}; this program needs {database.needed}:"
        )
        for revision in database.missing:
            call.print_line(f"  {revision} {migrate.titles()[revision]}")
        call.print_line("Stop all processes on it, copy it, then run: single-window upgrade")
