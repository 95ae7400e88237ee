"""Serves the connections of one HTTP listener, and chooses who answers a request: a thread, or the listener at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from single_window.api.server.http_bodies import KeptBodies
from single_window.api.server.http_limits import Limits
from single_window.api.server.http_pools import Pool, WaitingCallers
from single_window.clock import monotonic

LARGE = 1_000_000
"""Bytes from which on a body is large: only a few are read at a time."""
LARGE_THREADS, LARGE_WAITING, LARGE_QUEUED = 2, 8, 10.0
"""Large bodies that are read at a time, and that wait for it, and for how many seconds at most."""
COMPUTING_THREADS, COMPUTING_WAITING = 2, 4
"""Large calls that are computed in a process, one of them at a time: so many threads wait for it, and so many calls
for a thread."""
WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
"""Answered however late: monitoring needs true answers, above all when much is waiting."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Rules by which the connections of one listener are served. `may_wait` decides by path and query if a GET may
    wait, `computes` by path and size if a POST is computed in a process."""

    most_kept: int
    limits: Limits = field(default_factory=Limits)
    may_wait: Callable[[str, str], bool] = lambda path, query: False
    computes: Callable[[str, int], bool] = lambda path, size: False
    polls: Pool | None = None
    large: Pool | None = None
    computing: Pool | None = None
    aside: Pool | None = None
    kept: KeptBodies = field(default_factory=KeptBodies)
    waiting: WaitingCallers = field(default_factory=WaitingCallers)


class Tasks:
    """A task dispatcher that notes when requests begin to wait for a thread; those that would wait too long behind
    others are answered at once, in the listener's thread or else aside."""

    def __init__(self, dispatcher: Any, serving: Serving) -> None:
        self._dispatcher, self._serving = dispatcher, serving

    def add_task(self, channel: Any) -> None:
        """As waitress' own does."""
        channel.queued_at = now = monotonic()
        full = self._serving.waiting.longest(now) > self._serving.limits.expected
        if full and self._serving.aside is not None and not channel.watches:
            if channel.refuse():
                return
            if self._serving.aside.submit(channel.answer_aside):
                return
        if channel.waits_elsewhere():
            return
        self._serving.waiting.begin(id(channel), now)
        self._dispatcher.add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """As waitress' own does."""
        return bool(self._dispatcher.shutdown(cancel_pending, timeout))
