"""Serves many channels of one kind concurrently, each by one thread at a time.

Failing and slow receivers have separate threads, so that they do not delay others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event
from traceback import format_exc

import structlog

from single_window.clock import monotonic
from single_window.receipts.pushing.pusher import Pusher
from single_window.receipts.pushing.threads import Behaviour, ReceiverThreads, is_mistake
from single_window.store.channels import Channel
from single_window.store.failures import is_transient, reason_of

log = structlog.get_logger(__name__)
SOUND, AILING = 16, 4
"""Threads for receivers whose last delivery succeeded, and for those that failed."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""First and longest pause in seconds after a database failure; doubled with each failure."""


class PushPool:
    """Pushes receipts of due channels. `step` never waits; `woken` is called when a thread has delivered something."""

    def __init__(
        self, pusher: Pusher, woken: Callable[[], None], stopping: Event, sizes: tuple[int, int] = (SOUND, AILING)
    ) -> None:
        self._pusher, self._woken, self._stopping = pusher, woken, stopping
        self._threads: ReceiverThreads[int] = ReceiverThreads("push", *sizes)
        self._pause, self._not_before = FIRST_PAUSE, 0.0

    def step(self, begin: bool = True) -> int:
        """Start due channels unless `begin` is False; returns the number of receipts confirmed since the last step."""
        done = sum(self._threads.ended())
        for channel in self._pusher.due() if begin and monotonic() >= self._not_before else ():
            self._threads.begin(
                (channel.sandbox, channel.dxp_id), self._behaviour(channel), partial(self._push, channel)
            )
        return done

    @property
    def busy(self) -> int:
        """Number of channels being served."""
        return self._threads.busy

    def close(self) -> None:
        """Finish the current messages. `stopping` must be set."""
        self._threads.close()

    def _behaviour(self, channel: Channel) -> Behaviour:
        if channel.failures:
            return Behaviour.AILING
        return Behaviour.SLOW if (channel.sandbox, channel.dxp_id) in self._pusher.slow else Behaviour.SOUND

    def _push(self, channel: Channel) -> int:
        """Serve a channel once; calls `woken` only if something was delivered, to avoid a busy loop."""
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
        if is_mistake(error):
            log.error("push.failed", **where, reason=repr(error)[:300], traceback=format_exc())
        elif is_transient(error) and monotonic() >= self._not_before:  # other threads may have seen the same failure
            self._not_before = monotonic() + self._pause
            log.error("push.failed", **where, reason=reason_of(error), again_in=self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
