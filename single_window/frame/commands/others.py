"""Waits beside processes that work on the same data, until they have done what a command filed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from single_window.clock import monotonic, system_now
from single_window.store.engine import reading
from single_window.wiring import Window
from single_window.work.dispatch import open_deliveries
from single_window.work.settling import IdleTimeout

MOST = 120.0
"""Seconds that a command waits at most, however much the others do meanwhile."""
IDLE = 20.0
"""Seconds that the others may do nothing at all: a delivery that fails is tried again within eight."""
STAGES = 8
"""Work follows from work so many times at most: a trade needs six, from its messages to its last receipt."""


@dataclass(frozen=True, slots=True)
class Others:
    """Those who work on a sandbox. `takes_over` does their work here where they have ended; True: it did."""

    window: Window
    sandbox: str
    takes_over: Callable[[], bool] = lambda: False
    idle: float = IDLE
    most: float = MOST

    def done(self) -> bool:
        """Wait until what is filed by now is done, with all that followed from it; False: it took too long.

        On a busy sandbox what came later is not waited for. Raises `NoProgress`.
        """
        until = monotonic() + self.most
        for _ in range(STAGES):
            if not self._left():
                return True
            if not self._wait(until, filed_by=system_now()):
                return False
        return True

    def _wait(self, until: float, filed_by: int) -> bool:
        timeout = IdleTimeout(self.idle)
        while left := self._left(filed_by):
            if self.takes_over():
                return True
            if monotonic() > until:
                return False
            timeout.check(left)
        return True

    def _left(self, filed_by: int | None = None) -> int:
        with reading(self.window.engine) as connection:
            return open_deliveries(connection, self.sandbox, filed_by)
