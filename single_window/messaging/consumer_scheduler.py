"""Schedules the start of a connection's consumers: those for which the broker closed the connection start last, one at
a time.
"""

from __future__ import annotations

from collections.abc import Callable

from pika.adapters.select_connection import SelectConnection

from single_window.messaging.consuming import QueueConsumer
from single_window.messaging.io_thread import backoff_seconds


class ConsumerScheduler:
    """The consumers of a connection; used on its I/O thread only.

    If the broker cannot serve a queue, it closes the whole connection without naming the queue. All consumers that were
    still waiting for a response count as `denied`. Denied ones are started one at a time, after a backoff, the one with
    the fewest failures first; the others are served meanwhile. `later` calls a function after a number of seconds.
    """

    def __init__(
        self,
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._later = later
        self._pausing = False
        self._connection: SelectConnection | None = None
        self._consumers: list[QueueConsumer] = []
        self._denied_since_close: list[QueueConsumer] = []

    def add(self, consumer: QueueConsumer, connection: SelectConnection | None) -> None:
        """Add a consumer; it starts at once if there is a connection."""
        self._consumers.append(consumer)
        if connection is not None:
            self._open(consumer, connection)

    def remove(self, consumer: QueueConsumer) -> None:
        """Remove a consumer."""
        self._consumers.remove(consumer)

    def open(self, connection: SelectConnection) -> None:
        """Start every consumer that was never denied, and schedule the next of the others."""
        self._connection = connection
        for consumer in self._consumers:
            if not consumer.denied:
                self._open(consumer, connection)
        self._schedule_next()

    def answered(self, consumer: QueueConsumer) -> None:
        """Called when the broker serves the consumer's queue, or has denied it."""
        if consumer.denied:
            self._denied_since_close.append(consumer)
            return
        self._schedule_next()

    def closed(self) -> None:
        """Called after a channel or the connection was closed and all consumers were notified. If only one was denied
        since the last call, it is the cause."""
        denied, self._denied_since_close = self._denied_since_close, []
        if len(denied) == 1:
            denied[0].failures += 1

    def _schedule_next(self) -> None:
        """Schedule the start of the next denied consumer, after a backoff."""
        following = self._next_denied()
        if following is not None and not self._pausing:
            self._pausing = True
            self._later(backoff_seconds(following.failures), self._start_next)

    def _start_next(self) -> None:
        self._pausing = False
        following = self._next_denied()
        if following is not None and self._connection is not None and self._connection.is_open:
            self._open(following, self._connection)

    def _open(self, consumer: QueueConsumer, connection: SelectConnection) -> None:
        if consumer.channel is None:
            consumer.open(connection)

    def _next_denied(self) -> QueueConsumer | None:
        """The denied consumer to start next; None while another waits for a response."""
        if any(consumer.channel is not None and not consumer.consumes.is_set() for consumer in self._consumers):
            return None
        return min(
            (consumer for consumer in self._consumers if consumer.denied and consumer.channel is None),
            key=lambda consumer: consumer.failures,
            default=None,
        )
