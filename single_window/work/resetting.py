"""Resets a sandbox: all its rows go, piece by piece; options, seed, clock and, by option, imported master data stay,
or a snapshot is put back.

While it is marked it is not read, filed for or worked on. A process that finds the mark of an interrupted one
continues where that stopped; several that do so at once share the work, and later rows are safe from all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Table

from single_window.clock import Clock, system_now
from single_window.context import Context
from single_window.keys import secret
from single_window.store import clearing, sandboxes, snapshots
from single_window.store.engine import reading, writing
from single_window.store.failures import is_contention
from single_window.store.sandboxes import Reset

log = structlog.get_logger(__name__)
ABANDONED = 30_000
"""Milliseconds without progress after which a reset counts as abandoned."""
AGAIN = 5
"""How often a piece with a conflict is retried."""
Fault = Callable[[str], None]


class AlreadyResetting(Exception):
    """A sandbox that somebody resets or deletes at this moment."""

    permanent = False


def reset(
    context: Context,
    sandbox: str,
    by: str,
    master_data: bool = True,
    remove: bool = False,
    clock: Clock | None = None,
    snapshot: int = 0,
    fault: Fault = lambda point: None,
) -> int:
    """Delete all rows of a sandbox, with `remove` itself too; gives their number.

    With `master_data` what was imported stays as it was before it was used. The clock continues as it was, or by
    `clock`. In the end the rows of a `snapshot` are put back (0: none). Raises `AlreadyResetting`, `UnknownSandbox`.
    `fault` is called between pieces, for tests that interrupt it.
    """
    mark = secret()
    with writing(context.engine) as connection:
        if not sandboxes.begin_reset(connection, sandbox, mark, master_data and not remove, remove, snapshot):
            raise AlreadyResetting(f"The sandbox {sandbox!r} is being reset already.")
        if clock is not None:
            row = sandboxes.find_any(connection, sandbox).clock
            sandboxes.set_clock(connection, sandbox, clock.base, clock.rate, row, clock.kind)
    log.warning("sandbox.reset", sandbox=sandbox, by=by, master_data=master_data, removed=remove)
    return _finish(context, Reset(sandbox, mark, master_data and not remove, remove, system_now(), snapshot), fault)


def finish(context: Context, abandoned_for: int = ABANDONED) -> list[str]:
    """Finish the resets without progress for so many milliseconds; gives the sandboxes."""
    with reading(context.engine) as connection:
        left = [reset for reset in sandboxes.resets(connection) if system_now() - reset.at >= abandoned_for]
    for reset in left:
        log.warning("sandbox.reset_finished", sandbox=reset.name, rows=_finish(context, reset))
    return [reset.name for reset in left]


def _finish(context: Context, reset: Reset, fault: Fault = lambda point: None) -> int:
    """Delete piece by piece until nothing is left, then open the sandbox; gives the number of rows deleted here."""
    rows, ended = _all(context, reset, clearing.FIRST, fault)
    while not ended:
        more, ended = _all(context, reset, clearing.owned(), fault)
        rows += more
    context.wake()
    return rows


def _all(context: Context, reset: Reset, tables: Sequence[Table], fault: Fault) -> tuple[int, bool]:
    """Delete all rows in some tables; gives how many, and whether the reset has ended."""
    rows = 0
    while True:
        gone, ended = _retried(context, reset, tables)
        fault("after-piece")
        rows += gone
        if ended or not gone:
            return rows, ended


def _retried(context: Context, reset: Reset, tables: Sequence[Table]) -> tuple[int, bool]:
    """A piece, retried where its rows were locked by others."""
    for left in reversed(range(AGAIN)):
        try:
            return _piece(context, reset, tables)
        except Exception as error:
            if not left or not is_contention(error):
                raise
    raise AssertionError("a piece is done or raises")


def _piece(context: Context, reset: Reset, tables: Sequence[Table]) -> tuple[int, bool]:
    """One transaction: rows deleted, and whether the reset has ended, by it or by somebody else before it."""
    with writing(context.engine) as connection:
        if not sandboxes.continue_reset(connection, reset):
            return 0, True
        gone = clearing.piece(connection, reset.name, reset.master_data, tables=tables)
        if gone or tables == clearing.FIRST:
            return gone, False
        clearing.forgotten(connection)
        if reset.snapshot:
            snapshots.restore(connection, reset.name, reset.snapshot)
        if reset.remove:
            snapshots.forget(connection, reset.name)
        sandboxes.end_reset(connection, reset)
        return 0, True
