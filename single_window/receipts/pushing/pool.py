"""Serves many channels of one kind at once, each by one thread at a time.

Receivers that failed have threads of their own, and few: they never keep the others waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from traceback import format_exc
from typing import NamedTuple

import structlog

from single_window.clock import monotonic
from single_window.receipts.pushing.pusher import Pusher
from single_window.store.channels import Channel
from single_window.store.failures import is_transient, reason_of

log = structlog.get_logger(__name__)
SOUND, AILING = 16, 4
"""Threads for receivers that answered last time, and for those that failed."""
AHEAD = 2
"""Channels that wait for each thread at most; the others wait in the database."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds for which nothing is begun once the database has failed; each further failure doubles them."""


class _Place(NamedTuple):
    threads: ThreadPoolExecutor
    most: int
    busy: dict[tuple[str, str], Future[int]]


class Pool:
    """Pushes whatever is due. `step` never waits; `woken` is called whenever a thread has delivered something."""

    def __init__(
        self, pusher: Pusher, woken: Callable[[], None], stopping: Event, sizes: tuple[int, int] = (SOUND, AILING)
    ) -> None:
        self._pusher, self._woken, self._stopping = pusher, woken, stopping
        self._places = tuple(_Place(ThreadPoolExecutor(size, "push"), size * AHEAD, {}) for size in sizes)
        self._pause, self._not_before = FIRST_PAUSE, 0.0

    def step(self, begin: bool = True) -> int:
        """Start what is due, if anything may begin; gives how many receipts were confirmed since the last step."""
        done = sum(self._finished(place) for place in self._places)
        for channel in self._pusher.due() if begin and monotonic() >= self._not_before else ():
            place = self._places[1 if channel.failures else 0]
            key = (channel.sandbox, channel.dxp_id)
            if len(place.busy) < place.most and not any(key in other.busy for other in self._places):
                place.busy[key] = place.threads.submit(self._push, channel)
        return done

    @property
    def busy(self) -> int:
        """Channels that are being served."""
        return sum(len(place.busy) for place in self._places)

    def close(self) -> None:
        """Finish the current messages; what was not begun stays for the next start. `stopping` must be set."""
        for place in self._places:
            place.threads.shutdown(wait=True, cancel_futures=True)

    def _finished(self, place: _Place) -> int:
        ended = [key for key, future in place.busy.items() if future.done()]
        return sum(place.busy.pop(key).result() for key in ended)

    def _push(self, channel: Channel) -> int:
        """One round; a push that delivered nothing wakes no thread, or it would be tried again without end and without
        a pause."""
        if self._stopping.is_set():
            return 0
        try:
            done = self._pusher.push(channel)
        except Exception as error:
            self._failed(channel, error)
            return 0
        self._pause = FIRST_PAUSE
        if done:
            self._woken()
        return done

    def _failed(self, channel: Channel, error: Exception) -> None:
        where = {"sandbox": channel.sandbox, "mailbox": channel.dxp_id}
        if not is_transient(error):
            log.error("push.failed", **where, reason=repr(error)[:300], traceback=format_exc())
        elif monotonic() >= self._not_before:  # others may have found it so in the same moment
            self._not_before = monotonic() + self._pause
            log.error("push.failed", **where, reason=reason_of(error), again_in=self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
