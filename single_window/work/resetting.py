"""Resets a sandbox: deletes its rows in several transactions. Options, seed, clock and, optionally, imported master
data stay, or a snapshot is restored.

While the sandbox is marked as being reset, nothing is read, filed or processed in it. Any process can continue an
interrupted reset. Several may do so concurrently; rows inserted after the reset are safe.
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
ABANDONED_AFTER_MS = 30_000
"""Milliseconds without progress after which a reset counts as abandoned."""
MAX_ATTEMPTS = 5
"""Maximum attempts of a transaction with a conflict."""
Fault = Callable[[str], None]


class AlreadyResetting(Exception):
    """The sandbox is being reset or deleted already."""

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
    """Delete all rows of a sandbox, and with `remove` the sandbox itself; returns the number of rows.

    `master_data`: keep imported rows, reset to their initial values. `clock`: the new clock (None: unchanged).
    `snapshot`: restore this one at the end (0: none). Raises `AlreadyResetting`, `UnknownSandbox`. `fault` is called
    between transactions, for tests that interrupt the reset.
    """
    mark = secret()  # by which whoever continues it knows that it is still this reset
    with writing(context.engine) as connection:
        if not sandboxes.begin_reset(connection, sandbox, mark, master_data and not remove, remove, snapshot):
            raise AlreadyResetting(f"The sandbox {sandbox!r} is being reset already.")
        if clock is not None:
            row = sandboxes.find_any(connection, sandbox).clock
            sandboxes.set_clock(connection, sandbox, clock.base, clock.rate, row, clock.kind)
    log.warning("sandbox.reset", sandbox=sandbox, by=by, master_data=master_data, removed=remove)
    return _delete_all(context, Reset(sandbox, mark, master_data and not remove, remove, system_now(), snapshot), fault)


def finish(context: Context, abandoned_for: int = ABANDONED_AFTER_MS) -> list[str]:
    """Finish resets without progress for `abandoned_for` milliseconds; returns their sandboxes."""
    with reading(context.engine) as connection:
        abandoned = [reset for reset in sandboxes.resets(connection) if system_now() - reset.at >= abandoned_for]
    for reset in abandoned:
        log.warning("sandbox.reset_finished", sandbox=reset.name, rows=_delete_all(context, reset))
    return [reset.name for reset in abandoned]


def _delete_all(context: Context, reset: Reset, fault: Fault = lambda point: None) -> int:
    """Delete rows until none is left, then reopen the sandbox; returns the number of rows deleted here."""
    rows, ended = _delete_from(context, reset, clearing.FIRST_CLEARED, fault)
    while not ended:
        more, ended = _delete_from(context, reset, clearing.tables_to_clear(), fault)
        rows += more
    context.wake()
    return rows


def _delete_from(context: Context, reset: Reset, tables: Sequence[Table], fault: Fault) -> tuple[int, bool]:
    """Delete all rows in some tables; returns (number of rows, whether the reset has ended)."""
    rows = 0
    while True:
        deleted, ended = _with_retries(context, reset, tables)
        fault("after-piece")
        rows += deleted
        if ended or not deleted:
            return rows, ended


def _with_retries(context: Context, reset: Reset, tables: Sequence[Table]) -> tuple[int, bool]:
    """One transaction, retried if other processes have locked its rows."""
    for remaining in reversed(range(MAX_ATTEMPTS)):
        try:
            return _delete_some(context, reset, tables)
        except Exception as error:
            if not remaining or not is_contention(error):
                raise
    raise AssertionError("a piece is done or raises")


def _delete_some(context: Context, reset: Reset, tables: Sequence[Table]) -> tuple[int, bool]:
    """One transaction; returns (rows deleted, whether the reset has ended, here or in another process)."""
    with writing(context.engine) as connection:
        if not sandboxes.continue_reset(connection, reset):
            return 0, True
        deleted = clearing.delete_some_rows(connection, reset.name, reset.master_data, tables=tables)
        if deleted or tables == clearing.FIRST_CLEARED:
            return deleted, False
        clearing.invalidate_caches(connection)
        if reset.snapshot:
            snapshots.restore(connection, reset.name, reset.snapshot)
        if reset.remove:
            snapshots.forget(connection, reset.name)
        sandboxes.end_reset(connection, reset)
        return 0, True
