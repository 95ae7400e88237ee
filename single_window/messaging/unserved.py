"""Which queues the broker fails to serve, and when it has failed long enough.

After it was killed, RabbitMQ may know a quorum queue by name and have lost what stands behind it: declaring succeeds,
every consumer costs the connection (541), every message is refused, and nothing but deleting the queue mends it.
"""

from __future__ import annotations

from dataclasses import dataclass

from single_window.clock import monotonic

MIN_FAILURES = 3
"""Consecutive failures before a queue is given up: a node that starts may fail once while it restores the queue."""
MIN_FAILING_SECONDS = 20.0
"""How long it has failed before a queue is given up."""
RECREATE_AGAIN_AFTER_SECONDS = 60.0
"""Before the same queue is given up once more, whatever came of the last time."""


@dataclass(slots=True)
class Failing:
    """Failures in a row: how many, since when (on the monotonic clock)."""

    since: float
    attempts: int = 0


class Unserved:
    """Counts failures by queue; used by one thread."""

    def __init__(self) -> None:
        self._failing: dict[str, Failing] = {}
        self._not_before: dict[str, float] = {}

    def __bool__(self) -> bool:
        """Whether any queue is failing."""
        return bool(self._failing)

    def failed(self, queue: str) -> Failing | None:
        """The broker did not serve a queue once more; what is given up with that, None while there is hope."""
        now = monotonic()
        failing = self._failing.setdefault(queue, Failing(now))
        failing.attempts += 1
        if (
            failing.attempts < MIN_FAILURES
            or now - failing.since < MIN_FAILING_SECONDS
            or now < self._not_before.get(queue, now)
        ):
            return None
        self._not_before[queue] = now + RECREATE_AGAIN_AFTER_SECONDS
        return self._failing.pop(queue)

    def served(self, queue: str) -> None:
        """The broker served it: what was counted counts no more."""
        self._failing.pop(queue, None)

    def forget(self) -> None:
        """The broker itself was away: what failed before says nothing about any queue."""
        self._failing.clear()
