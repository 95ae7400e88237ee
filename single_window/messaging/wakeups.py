"""Wake-ups: hints between threads and processes that a query of the database is worth while.

Work is handed on by rows of the database alone; a wake-up may be lost, repeated or late, and then costs a delay that
whoever waits bounds by querying again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event
from typing import Protocol

from single_window.settings import Settings

NAMESPACE = "single-window"
"""Stands before the name of everything that the window declares at RabbitMQ."""
FILED, RECEIPTS, LOOKED = "filed", "receipts", "looked"
"""Topics: deliveries were filed, so workers may query; receipts were placed, so waiting polls may query; a health
check, which concerns the broker alone."""
CONNECTED, BLOCKED, DISCONNECTED = "connected", "blocked", "disconnected"
"""What the `state` of wake-ups may be; blocked: connected to a broker that takes nothing (its disk or memory is
short)."""


class BrokerUnavailable(Exception):
    """RabbitMQ is not connected, blocks publishers or has not confirmed in time: what was published counts as unsent.

    `state` is the connection's.
    """

    def __init__(self, reason: str, state: str = DISCONNECTED) -> None:
        super().__init__(reason)
        self.state = state


class Wakeups(Protocol):
    """Sends hints to all that listen to a topic, and waits for them."""

    shared: bool
    """Whether other processes may work on the same database."""

    @property
    def state(self) -> str:
        """`CONNECTED`, `BLOCKED` or `DISCONNECTED`."""

    @property
    def reason(self) -> str:
        """Why other processes are not reached, and what to do about it; empty when all is well."""

    def wake(self, topic: str) -> None:
        """End a `wait` of all that listen to a topic. For any thread; never waits, never raises."""

    def listen(self, topics: Sequence[str]) -> None:
        """From now on hints of these topics end a `wait` here."""

    def wait(self, seconds: float) -> bool:
        """Until a hint came, or so long; True: one came since the last `wait`."""

    def close(self) -> None:
        """Let go of what it holds."""


class LocalWakeups:
    """Wakes the threads of this process. `shared`: others may work on the same database, and are not woken."""

    state = CONNECTED
    reason = ""

    def __init__(self, shared: bool = False) -> None:
        self.shared = shared
        self._woken = Event()

    def wake(self, topic: str) -> None:
        self._woken.set()

    def listen(self, topics: Sequence[str]) -> None:
        """Every hint of this process ends a wait anyway."""

    def wait(self, seconds: float) -> bool:
        came = self._woken.wait(seconds)
        self._woken.clear()
        return came

    def close(self) -> None:
        """There is nothing to let go of."""


def open_wakeups(settings: Settings) -> Wakeups:
    """The wake-ups that reach all processes on the settings' database: RabbitMQ's where there is one, else those of
    this machine."""
    if settings.broker:
        from single_window.messaging.rabbitmq_wakeups import RabbitWakeups  # pika is needed only where RabbitMQ is

        return RabbitWakeups(settings.broker)
    if settings.processes > 1:
        from single_window.messaging.socket_wakeups import SocketWakeups

        return SocketWakeups(settings.data)
    return LocalWakeups()
