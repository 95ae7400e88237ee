"""Wake-ups for tests of those who listen to them."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Condition


class Hints:
    """Remembers who listens to what, and that it was closed; loses hints while `deaf`."""

    shared = True
    reason = ""

    def __init__(self, state: str = "connected") -> None:
        self.state = state
        self.listened: list[str] = []
        self.closed = False
        self.deaf = False
        self.waits = 0
        self._turn = Condition()
        self._came = False

    def listen(self, topics: Sequence[str]) -> None:
        self.listened += topics

    def wake(self, topic: str) -> None:
        if topic in self.listened and not self.deaf:
            with self._turn:
                self._came = True
                self._turn.notify_all()

    wake_others = wake

    def interrupt(self) -> None:
        with self._turn:
            self._came = True
            self._turn.notify_all()

    def wait(self, seconds: float) -> bool:
        with self._turn:
            self.waits += 1
            self._turn.wait_for(lambda: self._came, seconds)
            came, self._came = self._came, False
            return came

    def close(self) -> None:
        self.closed = True
