"""`single-window restored`: after restoring a backup, skips the numbers that were assigned since it was taken."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.local import local_command
from single_window.frame.commands.on_data import demand_whole_copy, without_others
from single_window.frame.commands.options import option
from single_window.process.restoring import advance_all
from single_window.store import migrate
from single_window.store.damage import examine, file_of, restoring
from single_window.store.engine import open_engine, writing
from single_window.store.mailbox_marks import read_marks
from single_window.store.unavailable import explained


@local_command(examples=("--yes",))
def restored(
    call: Call,
    yes: bool = option("Change the database [default: change nothing]."),
    same_file: bool = option(
        "No backup was restored: the damaged SQLite file itself is whole again. Skip no numbers; open it again."
    ),
) -> None:
    """Skip all numbers that may have been assigned since the restored backup was taken.

    Numbers of lists and bills, ids of messages and sequence numbers of mailboxes are increased in all sandboxes, so
    that none is assigned twice. A channel that had delivered everything still has nothing to deliver. Run once after
    each restore, before any start: a database that was found damaged is not opened before.
    """
    call.need_data()
    url = call.settings.database_url
    if not yes:
        call.print_json({"done": False})
        call.print_line("Nothing is changed yet: add --yes, once after a restore and before any start.")
        return
    file = file_of(url)
    if same_file:
        _open_again(call, file)
        return
    with ExitStack() as resources:
        if file is not None:
            demand_whole_copy(file)
            resources.enter_context(restoring(file))
        resources.enter_context(without_others(call))
        migrate.check(migrate.revision_status(url), url)
        engine = open_engine(url)
        resources.callback(engine.dispose)
        with explained(url), writing(engine) as connection:
            moved = advance_all(connection, read_marks(file) if file else {})
    call.print_json({"done": True, **moved._asdict()})
    call.print_line(
        f"Increased {moved.series} series of numbers and {moved.mailboxes} mailboxes; {moved.channels} channels "
        "that had delivered everything still have nothing to deliver."
    )


def _open_again(call: Call, file: Path | None) -> None:
    """Remove the damage note of a file that is whole, and that lacks no receipt whose number was given out."""
    if file is None:
        raise Failure("--same-file is for SQLite: leave it out after restoring a dump of a server.")
    with restoring(file), without_others(call):
        if faults := examine(file).faults:
            raise Failure(f"{file} is damaged: {'; '.join(faults)}. Put a copy in its place; leave out --same-file.")
    call.print_json({"done": True, "series": 0, "mailboxes": 0, "channels": 0})
    call.print_line(f"{file} is whole and is opened again; no numbers were skipped.")
