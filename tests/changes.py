"""A source of changes that a test announces by hand."""

from __future__ import annotations

from threading import Condition

from tests.patience import PATIENCE


class ManualChanges:
    """Changes that a test announces by hand; `waits` counts who waits for one."""

    def __init__(self) -> None:
        self.generation, self.closing = 0, False
        self._changed = Condition()
        self.waits = 0

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        with self._changed:
            self.waits += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.generation > seen or self.closing, timeout)
            return self.generation > seen

    def announce(self) -> None:
        with self._changed:
            self.generation += 1
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self.closing = True
            self._changed.notify_all()

    def until_waits(self, count: int) -> None:
        """Until so many waits for a change have begun."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.waits >= count, PATIENCE)
