"""In which order the queues of a connection are consumed: one that costs the connection comes last, and alone."""

from __future__ import annotations

from collections.abc import Callable

from pika.adapters.select_connection import SelectConnection

from single_window.messaging.consuming import Consumer
from single_window.messaging.io_thread import backoff_seconds


class ConsumerScheduler:
    """The consumers of a connection; used on its thread only.

    A queue that the broker cannot serve closes the connection while all consumers that wait for an answer use it, and
    the error does not name the queue. So those that were `denied` are started one at a time, the one with the fewest
    failures first, each after a backoff: the others are served. `later` calls something after so many seconds.
    """

    def __init__(
        self,
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._later = later
        self._pausing = False
        self._connection: SelectConnection | None = None
        self._consumers: list[Consumer] = []
        self._denied: list[Consumer] = []

    def add(self, consumer: Consumer, connection: SelectConnection | None) -> None:
        """Add a consumer; it starts at once where there is a connection."""
        self._consumers.append(consumer)
        if connection is not None:
            self._open(consumer, connection)

    def remove(self, consumer: Consumer) -> None:
        """Remove a consumer."""
        self._consumers.remove(consumer)

    def open(self, connection: SelectConnection) -> None:
        """Start every consumer that is not started, as far as it is its turn."""
        self._connection = connection
        for consumer in self._consumers:
            if not consumer.denied:
                self._open(consumer, connection)
        self._next()

    def answered(self, consumer: Consumer) -> None:
        """The broker serves the consumer's queue, or has failed to."""
        if consumer.denied:
            self._denied.append(consumer)
            return
        self._next()

    def closed(self) -> None:
        """A channel or the connection was closed, and every consumer knows."""
        denied, self._denied = self._denied, []
        if len(denied) == 1:
            denied[0].failures += 1

    def _next(self) -> None:
        """Start the next of those that were denied, after a backoff."""
        following = self._next_denied()
        if following is not None and not self._pausing:
            self._pausing = True
            self._later(backoff_seconds(following.failures), self._ask)

    def _ask(self) -> None:
        self._pausing = False
        following = self._next_denied()
        if following is not None and self._connection is not None and self._connection.is_open:
            self._open(following, self._connection)

    def _open(self, consumer: Consumer, connection: SelectConnection) -> None:
        if consumer.channel is None:
            consumer.open(connection)

    def _next_denied(self) -> Consumer | None:
        """The denied consumer to start next: none while another waits for an answer."""
        if any(consumer.channel is not None and not consumer.consumes.is_set() for consumer in self._consumers):
            return None
        return min(
            (consumer for consumer in self._consumers if consumer.denied and consumer.channel is None),
            key=lambda consumer: consumer.failures,
            default=None,
        )
