"""Serving of the connections of one HTTP listener: settings, and the dispatch of requests to threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from single_window.api.server.bodies import KeptBodies
from single_window.api.server.groups import RequestGroups
from single_window.api.server.limits import Limits
from single_window.api.server.pools import Pool, WaitingCallers
from single_window.clock import monotonic

LARGE = 1_000_000
"""Bytes above which a body is large; only a few large ones are processed at a time."""
LARGE_THREADS, LARGE_WAITING, LARGE_QUEUED = 2, 8, 10.0
"""Threads for large bodies, maximum number of waiting ones, and maximum seconds of waiting."""
COMPUTING_THREADS, COMPUTING_WAITING = 2, 4
"""Threads that wait for the process that computes large calls one at a time, and maximum number of calls that wait for
such a thread."""
MONITORING_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths that are always answered, however late, because monitoring needs them above all under load."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The settings of a listener. `may_wait(path, query)` tells whether a GET may wait, `computes(path, size)` whether
    a POST is computed in another process."""

    most_kept: int
    limits: Limits = field(default_factory=Limits)
    may_wait: Callable[[str, str], bool] = lambda path, query: False
    computes: Callable[[str, int], bool] = lambda path, size: False
    polls: Pool | None = None
    large: Pool | None = None
    computing: Pool | None = None
    overload: Pool | None = None
    groups: RequestGroups | None = None
    kept: KeptBodies = field(default_factory=KeptBodies)
    waiting: WaitingCallers = field(default_factory=WaitingCallers)


class Tasks:
    """A task dispatcher that records since when requests wait for a thread. Requests that would wait too long are
    answered with 503 at once, in the listener's thread or the thread `overload`."""

    def __init__(self, dispatcher: Any, serving: Serving) -> None:
        self._dispatcher, self._serving = dispatcher, serving

    def add_task(self, channel: Any) -> None:
        """Dispatch a request, or refuse it."""
        channel.queued_at = now = monotonic()
        groups = self._serving.groups
        in_group = groups is not None and groups.takes(channel)
        if self._is_full(now, in_group) and self._serving.overload is not None and not channel.watches:
            if channel.refuse():
                return
            if self._serving.overload.submit(channel.answer_overload):
                return
        if groups is not None and in_group:
            groups.submit(channel)
        elif not channel.submitted_as_poll():
            self._serving.waiting.begin(id(channel), now)
            self._dispatcher.add_task(channel)

    def _is_full(self, now: float, in_group: bool) -> bool:
        """True if those that wait for a group, or for a thread, have waited too long for another to join them."""
        limits, groups = self._serving.limits, self._serving.groups
        if groups is not None and in_group:
            return groups.waiting.longest(now) > limits.expected_in_groups
        return self._serving.waiting.longest(now) > limits.expected

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Shut down waitress' dispatcher."""
        return bool(self._dispatcher.shutdown(cancel_pending, timeout))
