"""Waits until other processes have completed the work that a command has stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from single_window.clock import monotonic, system_now
from single_window.store.engine import reading
from single_window.wiring import Window
from single_window.work.dispatch import open_deliveries
from single_window.work.settling import IdleTimeout

TIMEOUT_SECONDS = 120.0
"""Maximum seconds that a command waits, even while others make progress."""
IDLE_SECONDS = 20.0
"""Maximum seconds without any progress; a failed delivery is retried within eight."""
MAX_STAGES = 8
"""Maximum number of successive stages of work; a trade needs six, from its messages to its last receipt."""


@dataclass(frozen=True, slots=True)
class OtherWorkers:
    """The other processes that work on a sandbox. `takes_over` does their work here if they have ended; it returns
    whether it did."""

    window: Window
    sandbox: str
    takes_over: Callable[[], bool] = lambda: False
    idle: float = IDLE_SECONDS
    timeout: float = TIMEOUT_SECONDS

    def done(self) -> bool:
        """Wait until the work stored so far is done, with everything that follows from it; False: timeout.

        Work stored later is not waited for. Raises `NoProgress`.
        """
        until = monotonic() + self.timeout
        for _ in range(MAX_STAGES):
            if not self._open():
                return True
            if not self._wait(until, filed_by=system_now()):
                return False
        return True

    def _wait(self, until: float, filed_by: int) -> bool:
        idle_timeout = IdleTimeout(self.idle)
        while open_count := self._open(filed_by):
            if self.takes_over():
                return True
            if monotonic() > until:
                return False
            idle_timeout.check(open_count)
        return True

    def _open(self, filed_by: int | None = None) -> int:
        with reading(self.window.engine) as connection:
            return open_deliveries(connection, self.sandbox, filed_by)
