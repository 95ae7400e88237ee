"""Notifies that receipts may have been placed: for processes that wait for them and do not place them."""

from __future__ import annotations

from threading import Condition, Event, Thread
from typing import Protocol

from single_window.messaging.wakeups import RECEIPTS, Wakeups

LOOK = 0.25
"""Seconds after which a waiting thread queries by itself at the latest: hints may be lost."""
BREATH = 0.01
"""Seconds between two hints that are passed on: under load many are passed on as one."""
IDLE = 5.0
"""Seconds that the listening thread sleeps at most."""


class Changes(Protocol):
    """The source of changes for a poll that waits."""

    @property
    def generation(self) -> int:
        """Grows whenever there may be something new."""

    @property
    def closing(self) -> bool:
        """True if nobody should wait any more."""

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        """Wait until `generation` is past `seen`; False: query, a change may have gone unnoticed."""


class HintedChanges:
    """Receives hints in a thread of its own, from `start` until `stop`; no other thread waits for these."""

    def __init__(self, wakeups: Wakeups, look: float = LOOK) -> None:
        self._wakeups, self._look = wakeups, look
        self._changed = Condition()
        self._generation, self._closing = 0, False
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="changes", daemon=True)

    def start(self) -> HintedChanges:
        """Begin to listen."""
        self._wakeups.listen([RECEIPTS])
        self._thread.start()
        return self

    def stop(self) -> None:
        """Wake all that wait, and end."""
        self.release_waiting()
        self._stopping.set()
        self._wakeups.wake(RECEIPTS)
        if self._thread.is_alive():
            self._thread.join(IDLE)

    def release_waiting(self) -> None:
        """End every wait for a change, now and from now on: the server is closing."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    @property
    def generation(self) -> int:
        """Grows with every hint."""
        return self._generation

    @property
    def closing(self) -> bool:
        """True if nobody should wait any more."""
        return self._closing

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        """Wait for the next hint, or `LOOK` seconds; False: there was none."""
        with self._changed:
            self._changed.wait_for(lambda: self._generation > seen or self._closing, min(timeout, self._look))
            return self._generation > seen

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._wakeups.wait(IDLE):
                continue
            with self._changed:
                self._generation += 1
                self._changed.notify_all()
            self._stopping.wait(BREATH)
