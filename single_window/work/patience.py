"""Waits for work that other processes do, as long as they do something."""

from __future__ import annotations

from threading import Event

from single_window.clock import monotonic

SECONDS = 60.0
"""How long the others may do nothing at all before they are given up."""
PAUSE = 0.02


class NobodyWorks(Exception):
    """Work is left that nobody does; the text says what to start."""

    permanent = True

    def __init__(self, left: int, seconds: float) -> None:
        super().__init__(
            f"{left} deliveries wait and nobody has worked on them for {seconds:.0f} s. "
            "Start the workers: single-window work all (or: single-window run)"
        )
        self.left = left


class Patience:
    """Counts how long nothing has changed."""

    def __init__(self, seconds: float = SECONDS, pause: float = PAUSE) -> None:
        self._seconds, self._pause = seconds, pause
        self._left = -1
        self._since = monotonic()

    def asked(self, left: int) -> int:
        """What is left, after a short wait where something is; raises `NobodyWorks` when that has been so too long."""
        if left != self._left:
            self._left, self._since = left, monotonic()
        if left and monotonic() - self._since > self._seconds:
            raise NobodyWorks(left, self._seconds)
        if left:
            Event().wait(self._pause)
        return left
