"""Wake-ups: hints between threads and processes to query the database now.

Work is only passed on by database rows. A wake-up may be lost, repeated or late; waiting code also polls, so this only
costs a bounded delay.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event
from typing import Protocol

NAMESPACE = "single-window"
"""Prefix of all names that the window declares at RabbitMQ."""
FILED, RECEIPTS, LOOKED = "filed", "receipts", "looked"
"""Topics: deliveries were filed, for workers; receipts were numbered, for waiting polls; a health check of the
broker.
"""
CONNECTED, BLOCKED, DISCONNECTED = "connected", "blocked", "disconnected"
"""States of wake-ups; blocked: connected, but the broker accepts nothing because its disk or memory is short."""


class BrokerUnavailable(Exception):
    """RabbitMQ is not connected, blocks publishers or did not confirm in time; messages count as unsent.

    `state`: the connection's state.
    """

    def __init__(self, reason: str, state: str = DISCONNECTED) -> None:
        super().__init__(reason)
        self.state = state


class Wakeups(Protocol):
    """Sends wake-ups to all listeners of a topic, and waits for them."""

    shared: bool
    """True if other processes may work on the same database."""

    @property
    def state(self) -> str:
        """`CONNECTED`, `BLOCKED` or `DISCONNECTED`."""

    @property
    def reason(self) -> str:
        """The reason why other processes cannot be reached, and the remedy; empty if they can."""

    def wake(self, topic: str) -> None:
        """End the `wait` of all listeners of a topic. Thread-safe; never waits, never raises."""

    def wake_others(self, topic: str) -> None:
        """Like `wake`, for the listeners in other processes; this one may be woken, too."""

    def interrupt(self) -> None:
        """End the `wait` of this object, whatever it listens to. Thread-safe; never waits, never raises."""

    def listen(self, topics: Sequence[str]) -> None:
        """Let wake-ups of these topics end a `wait` of this object."""

    def wait(self, seconds: float) -> bool:
        """Wait for a wake-up, up to `seconds`; True: one came since the last `wait`."""

    def close(self) -> None:
        """Close sockets, connections and threads."""


class LocalWakeups:
    """Wakes threads of this process only. `shared`: other processes may work on the same database."""

    state = CONNECTED
    reason = ""

    def __init__(self, shared: bool = False) -> None:
        self.shared = shared
        self._woken = Event()

    def wake(self, topic: str) -> None:
        self._woken.set()

    def wake_others(self, topic: str) -> None:
        """Does nothing, because other processes cannot be reached."""

    def interrupt(self) -> None:
        self._woken.set()

    def listen(self, topics: Sequence[str]) -> None:
        """Does nothing, because every wake-up of this process ends a wait."""

    def wait(self, seconds: float) -> bool:
        woken = self._woken.wait(seconds)
        self._woken.clear()
        return woken

    def close(self) -> None:
        """Does nothing."""
