"""Waits until a sandbox has no due deliveries, with a time limit, and only while other processes make progress."""

from __future__ import annotations

from threading import Event

from single_window.clock import monotonic
from single_window.context import Context
from single_window.receipts.changes import Changes
from single_window.store.engine import reading
from single_window.work import dispatch

IDLE_LIMIT_SECONDS = 60.0
"""Seconds without progress of other processes after which `NoProgress` is raised."""
POLL_SECONDS = 0.02


class NoProgress(Exception):
    """Deliveries wait, but no process handles them; the message says what to start."""

    permanent = True

    def __init__(self, left: int, seconds: float) -> None:
        super().__init__(
            f"{left} deliveries wait and nobody has worked on them for {seconds:.0f} s. "
            "Start the workers: single-window work all (or: single-window run)"
        )
        self.left = left


class IdleTimeout:
    """Measures for how long the number of waiting deliveries has not changed."""

    def __init__(self, seconds: float = IDLE_LIMIT_SECONDS, pause: float = POLL_SECONDS) -> None:
        self._seconds, self._pause = seconds, pause
        self._left = -1
        self._since = monotonic()

    def check(self, left: int) -> int:
        """Return `left`, after a short wait if it is not 0; raises `NoProgress` if it has not changed for too long."""
        if left != self._left:
            self._left, self._since = left, monotonic()
        if left and monotonic() - self._since > self._seconds:
            raise NoProgress(left, self._seconds)
        if left:
            Event().wait(self._pause)
        return left


MAX_WAIT_SECONDS = 0.25
"""Maximum seconds between two checks, because a wake-up may be lost."""


class TimeIsUp(Exception):
    """Deliveries were left when the time limit was reached."""

    permanent = False


class Settling:
    """Waits for other processes' work in one sandbox, until an instant in monotonic seconds."""

    def __init__(self, context: Context, sandbox: str, changes: Changes | None, until: float) -> None:
        self._context, self._sandbox, self._changes, self._until = context, sandbox, changes, until

    def wait(self) -> None:
        """Wait until no delivery is due; raises `TimeIsUp`, also when the server is closing."""
        while True:
            seen = self._changes.generation if self._changes is not None else 0
            self.check()
            with reading(self._context.engine) as connection:
                if not dispatch.due_deliveries(connection, self._sandbox):
                    return
            self._wait_for_change(seen)

    def check(self) -> None:
        """Raise `TimeIsUp` if the time limit is reached or the server is closing."""
        if monotonic() >= self._until or (self._changes is not None and self._changes.closing):
            raise TimeIsUp(f"not all of {self._sandbox!r} was done in time")

    def _wait_for_change(self, seen: int) -> None:
        seconds = max(0.0, min(MAX_WAIT_SECONDS, self._until - monotonic()))
        if self._changes is None:
            Event().wait(seconds)
        else:
            self._changes.wait_for_change(seen, seconds)
