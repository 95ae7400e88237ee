"""Notifies processes that wait for receipts, but do not write them, of new ones."""

from __future__ import annotations

from threading import Condition, Event, Thread
from typing import Protocol

from single_window.messaging.wakeups import RECEIPTS, Wakeups

POLL_SECONDS = 0.25
"""Maximum seconds until a waiting thread queries, because wake-ups may be lost."""
BATCHING_SECONDS = 0.01
"""Minimum seconds between two notifications, so that under load many wake-ups become one."""
MAX_SLEEP_SECONDS = 5.0
"""Maximum seconds of one wait of the listening thread."""


class Changes(Protocol):
    """A source of notifications for long polls."""

    @property
    def generation(self) -> int:
        """A counter that grows whenever there may be something new."""

    @property
    def closing(self) -> bool:
        """True if waits must end."""

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        """Wait until `generation` exceeds `seen`; False: timeout, query anyway because a wake-up may be lost."""


class HintedChanges:
    """Receives wake-ups in a separate thread from `start` until `stop`; no other thread may wait on `wakeups`."""

    def __init__(self, wakeups: Wakeups, look: float = POLL_SECONDS) -> None:
        self._wakeups, self._look = wakeups, look
        self._changed = Condition()
        self._generation, self._closing = 0, False
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="changes", daemon=True)

    def start(self) -> HintedChanges:
        """Start the thread."""
        self._wakeups.listen([RECEIPTS])
        self._thread.start()
        return self

    def stop(self) -> None:
        """End all waits and the thread."""
        self.release_waiting()
        self._stopping.set()
        self._wakeups.wake(RECEIPTS)
        if self._thread.is_alive():
            self._thread.join(MAX_SLEEP_SECONDS)

    def release_waiting(self) -> None:
        """End every current and later wait for a change, because the server is closing."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    @property
    def generation(self) -> int:
        """A counter that grows with every wake-up."""
        return self._generation

    @property
    def closing(self) -> bool:
        """True if waits must end."""
        return self._closing

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        """Wait for the next wake-up, up to `POLL_SECONDS`; False: there was none."""
        with self._changed:
            self._changed.wait_for(lambda: self._generation > seen or self._closing, min(timeout, self._look))
            return self._generation > seen

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._wakeups.wait(MAX_SLEEP_SECONDS):
                continue
            with self._changed:
                self._generation += 1
                self._changed.notify_all()
            self._stopping.wait(BATCHING_SECONDS)
