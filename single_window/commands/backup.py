"""`single-window backup` and `check`: copying the database, and checking its file for damage."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import click

from single_window.frame.commands import on_data
from single_window.frame.commands.call import FAILED, Call, Failure
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import option
from single_window.private import make_file
from single_window.store.bulk import on_sqlite
from single_window.store.damage import examine, file_of, newest_copy, note, noted, remember_copy

PAGES_PER_STEP = 2_000
"""Pages copied at a time; other processes may write between two steps."""


@local_command(examples=("2026-11-20.sqlite3",))
def backup(call: Call, file: Path) -> None:
    """Copy the database to FILE, consistently, even while a window runs. An existing file is never replaced.

    To restore: stop the window and put the copy into the data folder as window.sqlite3.
    """
    if file.exists():
        raise Failure(f"{file} exists already and is not replaced; choose another name.")
    if not file.parent.is_dir():
        raise Failure(f"There is no folder {file.parent}; make it first.")
    with on_data.stored(call) as connection:
        if not on_sqlite(connection):
            raise Failure("The data are in a database server; copy them with its tools (pg_dump).")
        size = _copy(call, connection.connection.driver_connection, file)
    if (database := file_of(call.settings.database_url)) is not None:
        remember_copy(database, file)
    call.print_json({"file": str(file.resolve()), "bytes": size})
    call.print_line(f"{file}: {size / 1e6:.1f} MB")


def _copy(call: Call, source: Any, file: Path) -> int:
    """Copy into a temporary file, check it, then rename it, so that the named file is always complete."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    make_file(part)  # created with restricted permissions: it contains secrets and personal data
    try:
        target = sqlite3.connect(part)
        try:
            with call.progress("backup", None) as progress:
                source.backup(
                    target, pages=PAGES_PER_STEP, progress=lambda _, remaining, total: progress(total - remaining)
                )
            verdict = target.execute("PRAGMA quick_check").fetchone()[0]
        finally:
            target.close()
        if verdict != "ok":
            raise Failure(f"The copy is damaged ({verdict}) and was deleted; check the disk and try again.")
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


@local_command(examples=("", "--seconds 30"))
def check(
    call: Call,
    seconds: float | None = option("Stop after this time [default: check the whole file].", type=click.FloatRange(0.1)),
) -> None:
    """Check the database's file for damage, page by page, even while a window runs. Exit code 1: it is damaged.

    After that the window answers 503 until the file is replaced by a copy, `single-window restored --yes` was run, and
    the window is started again.
    """
    call.need_data()
    file = file_of(call.settings.database_url)
    if file is None:
        raise Failure("The data are in a database server; check them with its tools (pg_amcheck).")
    verdict = examine(file, seconds)
    if verdict.faults:
        note(file, "; ".join(verdict.faults))
    faults, copy, found_before = list(verdict.faults), newest_copy(file), "" if verdict.faults else noted(file)
    call.print_json(
        {
            "file": str(file),
            "whole": not faults,
            "finished": verdict.finished,
            "faults": faults,
            "noted": found_before,
            "copy": copy,
        }
    )
    for fault in faults:
        call.print_line(f"  {fault}")
    if faults:
        call.print_line(f"{file} is damaged. The newest copy: {copy}.")
        raise click.exceptions.Exit(FAILED)
    if found_before:
        call.print_line(f"Found before: {found_before}. The window stays closed until single-window restored --yes.")
    call.print_line(
        f"{file} is undamaged." if verdict.finished else f"{file}: no damage found in {seconds:g} s; not all was read."
    )
