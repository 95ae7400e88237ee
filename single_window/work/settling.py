"""Waits for work that others do: until all is done in a sandbox that can be done at once, within a time limit, and no
longer than somebody works."""

from __future__ import annotations

from threading import Event

from single_window.clock import monotonic
from single_window.context import Context
from single_window.receipts.changes import Changes
from single_window.store.engine import reading
from single_window.work import dispatch

SECONDS = 60.0
"""How long the others may do nothing at all."""
PAUSE = 0.02


class NoProgress(Exception):
    """Work is left for which no process runs; the message says what to start."""

    permanent = True

    def __init__(self, left: int, seconds: float) -> None:
        super().__init__(
            f"{left} deliveries wait and nobody has worked on them for {seconds:.0f} s. "
            "Start the workers: single-window work all (or: single-window run)"
        )
        self.left = left


class IdleTimeout:
    """Measures how long the amount of work that is left has not changed."""

    def __init__(self, seconds: float = SECONDS, pause: float = PAUSE) -> None:
        self._seconds, self._pause = seconds, pause
        self._left = -1
        self._since = monotonic()

    def check(self, left: int) -> int:
        """Gives `left`, after a short wait if it is not 0; raises `NoProgress` where it stays the same for too long."""
        if left != self._left:
            self._left, self._since = left, monotonic()
        if left and monotonic() - self._since > self._seconds:
            raise NoProgress(left, self._seconds)
        if left:
            Event().wait(self._pause)
        return left


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
