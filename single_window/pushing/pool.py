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

from single_window.pushing.pusher import Pusher
from single_window.store.channels import Channel

log = structlog.get_logger(__name__)
SOUND, AILING = 16, 4
"""Threads for receivers that answered last time, and for those that failed."""
AHEAD = 2
"""Channels that wait for each thread at most; the others wait in the database."""


class _Place(NamedTuple):
    threads: ThreadPoolExecutor
    most: int
    busy: dict[tuple[str, str], Future[int]]


class Pool:
    """Pushes whatever is due. `step` never waits; `woken` is called whenever a thread has finished something."""

    def __init__(self, pusher: Pusher, woken: Callable[[], None], stopping: Event,
                 sizes: tuple[int, int] = (SOUND, AILING)) -> None:
        self._pusher, self._woken, self._stopping = pusher, woken, stopping
        self._places = tuple(_Place(ThreadPoolExecutor(size, "push"), size * AHEAD, {}) for size in sizes)

    def step(self, begin: bool = True) -> int:
        """Start what is due, if anything may begin; gives how many receipts were confirmed since the last step."""
        done = sum(self._finished(place) for place in self._places)
        for channel in self._pusher.due() if begin else ():
            place = self._places[1 if channel.failures else 0]
            key = (channel.sandbox, channel.dxp_id)
            if len(place.busy) < place.most and not any(key in one.busy for one in self._places):
                place.busy[key] = place.threads.submit(self._push, channel)
        return done

    @property
    def busy(self) -> int:
        """Channels that are being served."""
        return sum(len(place.busy) for place in self._places)

    def close(self) -> None:
        """Finish the messages in hand; what was not begun stays for the next start. `stopping` must be set."""
        for place in self._places:
            place.threads.shutdown(wait=True, cancel_futures=True)

    def _finished(self, place: _Place) -> int:
        ended = [key for key, future in place.busy.items() if future.done()]
        return sum(place.busy.pop(key).result() for key in ended)

    def _push(self, channel: Channel) -> int:
        if self._stopping.is_set():
            return 0
        try:
            return self._pusher.push(channel)
        except Exception as error:
            log.error("push.failed", sandbox=channel.sandbox, mailbox=channel.dxp_id, reason=repr(error)[:300],
                      traceback=format_exc())
            return 0
        finally:
            self._woken()
