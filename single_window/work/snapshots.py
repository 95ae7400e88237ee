"""Takes snapshots of sandboxes without due work, and restores them, for tests."""

from __future__ import annotations

import structlog

from single_window.clock import system_now
from single_window.context import Context
from single_window.refused import Refused
from single_window.store import sandboxes, snapshots
from single_window.store.engine import reading, writing
from single_window.store.numbering import ROWS
from single_window.store.snapshots import Snapshot
from single_window.work import dispatch, event_making, resetting

log = structlog.get_logger(__name__)
MAX_SNAPSHOTS = 20
"""Maximum number of snapshots of a sandbox."""


def take(context: Context, sandbox: str, label: str, by: str) -> Snapshot:
    """Take a snapshot of all rows of a sandbox. Raises `Refused`, `UnknownSandbox`."""
    number = context.numbering.next_number(ROWS, "row")
    with writing(context.engine) as connection:
        sandboxes.hold_alone(connection, sandbox)
        if dispatch.due_deliveries(connection, sandbox):
            raise Refused("snapshot-not-at-rest", f"Work is open in the sandbox {sandbox!r}.", name=sandbox)
        if len(snapshots.of_sandbox(connection, sandbox)) >= MAX_SNAPSHOTS:
            raise Refused(
                "too-many-snapshots",
                f"The sandbox {sandbox!r} has {MAX_SNAPSHOTS} snapshots; delete one first.",
                name=sandbox,
                most=MAX_SNAPSHOTS,
            )
        event_making.make_in(connection, sandbox)
        taken = snapshots.take(connection, sandbox, number, label, system_now())
    log.info("sandbox.snapshot_taken", sandbox=sandbox, snapshot=number, rows=taken.rows, by=by)
    return taken


def restore(context: Context, sandbox: str, number: int, by: str) -> int:
    """Restore a sandbox and its clock from a snapshot; returns the number of rows.

    Raises `Refused`, `AlreadyResetting`, `UnknownSandbox`. If interrupted, it is finished like any reset.
    """
    with reading(context.engine) as connection:
        sandboxes.find(connection, sandbox)
        snapshots.check(connection, sandbox, number)
        rows = next(snapshot.rows for snapshot in snapshots.of_sandbox(connection, sandbox) if snapshot.id == number)
    resetting.reset(context, sandbox, by, master_data=False, snapshot=number)
    return rows
