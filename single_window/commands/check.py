"""`single-window check`: whether the pages of the database's file fit together."""

from __future__ import annotations

import click

from single_window.frame.commands.call import FAILED, Call, Failure, command
from single_window.store.damage import examine, file_of, forget, newest_copy, note


@click.command()
@click.option("--seconds", type=click.FloatRange(0.1), help="Give up after so long [default: examine all of it].")
@command
def check(call: Call, seconds: float | None) -> None:
    """Examine the database's file, page by page, even while a window works on it. Exit code 1: it is damaged.

    A damaged file is noted as such: the window answers 503 until a copy was put in its place and it was started again,
    or this command finds the file whole.

    \b
    Examples:
      single-window check
      single-window check --seconds 30
    """
    call.need_data()
    file = file_of(call.settings.database_url)
    if file is None:
        raise Failure("This window keeps its data in a database server; examine them with its own tools (pg_amcheck).")
    verdict = examine(file, seconds)
    if verdict.faults:
        note(file, "; ".join(verdict.faults))
    elif verdict.finished:
        forget(file)
    faults, copy = list(verdict.faults), newest_copy(file)
    call.give({"file": str(file), "whole": not faults, "finished": verdict.finished, "faults": faults, "copy": copy})
    for fault in faults:
        call.say(f"  {fault}")
    if faults:
        call.say(f"{file} is damaged. The newest copy: {copy}.")
        raise click.exceptions.Exit(FAILED)
    call.say(
        f"{file} is whole." if verdict.finished else f"{file}: nothing was found in {seconds:g} s, not all was read."
    )
