"""Waits until all is done in a sandbox that can be done at once: woken by the work of others, within a time limit."""

from __future__ import annotations

from threading import Event

from single_window.clock import monotonic
from single_window.context import Context
from single_window.receipts.changes import Changes
from single_window.store.engine import reading
from single_window.work import dispatch

NAP = 0.25
"""Seconds between two passes at the most: a hint may get lost."""


class TimeIsUp(Exception):
    """Not all was done in time."""

    permanent = False


class Settling:
    """Waits for one sandbox until an instant, in seconds that never go back; others do the work."""

    def __init__(self, context: Context, sandbox: str, changes: Changes | None, until: float) -> None:
        self._context, self._sandbox, self._changes, self._until = context, sandbox, changes, until

    def wait(self) -> None:
        """Until nothing is left that could be done now; raises `TimeIsUp`, also where waiting is to end."""
        while True:
            seen = self._changes.generation if self._changes is not None else 0
            self.check()
            with reading(self._context.engine) as connection:
                if not dispatch.due_deliveries(connection, self._sandbox):
                    return
            self._nap(seen)

    def check(self) -> None:
        """Raises `TimeIsUp` where it is."""
        if monotonic() >= self._until or (self._changes is not None and self._changes.closing):
            raise TimeIsUp(f"not all of {self._sandbox!r} was done in time")

    def _nap(self, seen: int) -> None:
        seconds = max(0.0, min(NAP, self._until - monotonic()))
        if self._changes is None:
            Event().wait(seconds)
        else:
            self._changes.wait_for_change(seen, seconds)
