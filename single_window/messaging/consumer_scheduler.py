"""The order in which the consumers of a connection start: a queue for which the broker closed it comes last, alone."""

from __future__ import annotations

from collections.abc import Callable

from pika.adapters.select_connection import SelectConnection

from single_window.messaging.consuming import QueueConsumer
from single_window.messaging.io_thread import backoff_seconds


class ConsumerScheduler:
    """The consumers of a connection; used on its thread only.

    When a queue cannot be served, the broker closes the whole connection, also for consumers that still wait for
    its answer, and does not name the queue. So those that were `denied` are started one at a time, the one with the
    fewest failures first, each after a backoff: the others are served meanwhile. `later` calls something after so many
    seconds.
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
        """Add a consumer; it starts at once where there is a connection."""
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
        """The broker serves the consumer's queue, or has failed to."""
        if consumer.denied:
            self._denied_since_close.append(consumer)
            return
        self._schedule_next()

    def closed(self) -> None:
        """Note that a channel or the connection was closed; called after every consumer was told. Where only one was
        denied since the last time, it is known to be the cause."""
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
        """The denied consumer to start next: none while another waits for an answer."""
        if any(consumer.channel is not None and not consumer.consumes.is_set() for consumer in self._consumers):
            return None
        return min(
            (consumer for consumer in self._consumers if consumer.denied and consumer.channel is None),
            key=lambda consumer: consumer.failures,
            default=None,
        )
