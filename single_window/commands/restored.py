"""`single-window restored`: after a restore, go on above what was given out since the copy was taken."""

from __future__ import annotations

from contextlib import ExitStack

import click

from single_window.data_lock import DataLock
from single_window.frame.commands.call import Call, Failure, command
from single_window.process.restoring import advance_all
from single_window.store import migrate
from single_window.store.engine import open_engine, writing
from single_window.store.unavailable import explained


@click.command()
@click.option("--yes", is_flag=True, help="Do it [default: only say what it would do].")
@command
def restored(call: Call, yes: bool) -> None:
    """Go on well above all numbers that may have been given out since the restored copy was taken.

    Numbers of lists and bills, ids of messages and places in mailboxes are moved in all sandboxes, so that none is
    given out twice. Channels that had delivered everything still have. Once after each restore, before any start.

    \b
    Example:
      single-window restored --yes
    """
    call.need_data()
    url = call.settings.database_url
    if not yes:
        call.print_json({"done": False})
        call.print_line("Nothing is moved yet: add --yes, once, after a restore and before anything is started.")
        return
    with ExitStack() as alone:
        if not call.settings.database:
            alone.enter_context(DataLock(call.settings.data))
        migrate.check(migrate.revision_status(url), url)
        if working := migrate.other_connections(url):
            raise Failure(
                f"{working} connections of other processes of single-window are open on this database. "
                "Stop them (run, serve, work) and try again."
            )
        engine = open_engine(url)
        alone.callback(engine.dispose)
        with explained(url), writing(engine) as connection:
            moved = advance_all(connection)
    call.print_json({"done": True, **moved._asdict()})
    call.print_line(
        f"{moved.series} series of numbers and {moved.mailboxes} mailboxes go on above; {moved.channels} channels "
        "that had delivered everything still have."
    )
