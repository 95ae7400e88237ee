"""Waits for work that other processes do, until they have been idle for too long."""

from __future__ import annotations

from threading import Event

from single_window.clock import monotonic

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
