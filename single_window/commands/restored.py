"""`single-window restored`: after restoring a backup, skips the numbers that were assigned since it was taken."""

from __future__ import annotations

from contextlib import ExitStack

import click

from single_window.frame.commands.call import Call, command
from single_window.frame.commands.on_data import without_others
from single_window.process.restoring import advance_all
from single_window.store import migrate
from single_window.store.engine import open_engine, writing
from single_window.store.unavailable import explained


@click.command()
@click.option("--yes", is_flag=True, help="Change the database [default: change nothing].")
@command
def restored(call: Call, yes: bool) -> None:
    """Skip all numbers that may have been assigned since the restored backup was taken.

    Numbers of lists and bills, ids of messages and sequence numbers of mailboxes are increased in all sandboxes, so
    that none is assigned twice. Channels without waiting receipts stay so. Run once after each restore, before any
    start.

    \b
    Example:
      single-window restored --yes
    """
    call.need_data()
    url = call.settings.database_url
    if not yes:
        call.print_json({"done": False})
        call.print_line("Nothing is changed yet: add --yes, once after a restore and before any start.")
        return
    migrate.check(migrate.revision_status(url), url)
    with without_others(call), ExitStack() as resources:
        engine = open_engine(url)
        resources.callback(engine.dispose)
        with explained(url), writing(engine) as connection:
            moved = advance_all(connection)
    call.print_json({"done": True, **moved._asdict()})
    call.print_line(
        f"Increased {moved.series} series of numbers and {moved.mailboxes} mailboxes; {moved.channels} channels "
        "without waiting receipts stay so."
    )
