"""`single-window upgrade`: bring a database that an older program made to the tables of this one."""

from __future__ import annotations

from contextlib import ExitStack

import click
from sqlalchemy import make_url

from single_window.commands.call import FAILED, Call, Failure, command
from single_window.process.lock import DataLock
from single_window.store import migrate
from single_window.store.migrate import Standing
from single_window.store.unavailable import place


@click.command()
@click.option("--check", is_flag=True, help="Only say whether the database is behind; exit code 1 when it is.")
@command
def upgrade(call: Call, check: bool) -> None:
    """Bring the database to the revision that this program needs, in one transaction: all of it or nothing.

    Stop what works on the database first, and copy it: single-window backup FILE, or pg_dump for PostgreSQL.

    \b
    Examples:
      single-window upgrade --check
      single-window upgrade
    """
    call.need_data()
    url = call.settings.database_url
    found = migrate.standing(url)
    if found.unknown or found.foreign:
        migrate.check(found, url)
    if not check and not found.ready:
        _bring(call, url)
    _tell(call, place(make_url(url)), found, done=not check)
    if check and not found.ready:
        raise click.exceptions.Exit(FAILED)


def _bring(call: Call, url: str) -> None:
    with ExitStack() as alone:
        if not call.settings.database:
            alone.enter_context(DataLock(call.settings.data))
        if working := migrate.others(url):
            raise Failure(
                f"{working} connections of other processes of single-window are open on this database. "
                "Stop them (run, serve, work) and try again."
            )
        migrate.upgrade(url, progress=lambda done: call.say(f"  {done}"))


def _tell(call: Call, where: str, found: Standing, *, done: bool) -> None:
    call.give(
        {
            "database": where,
            "revision": found.needed if done else found.current,
            "needed": found.needed,
            "done" if done else "missing": list(found.missing),
        }
    )
    if found.ready:
        call.say(f"The database {where} is up to date: revision {found.needed}.")
    elif done:
        call.say(f"The database {where} is now at revision {found.needed}.")
    else:
        call.say(f"The database {where} is at revision {found.current or 'none'}; this program needs {found.needed}:")
        for revision in found.missing:
            call.say(f"  {revision} {migrate.titles()[revision]}")
        call.say("Copy it, stop what works on it, then: single-window upgrade")
