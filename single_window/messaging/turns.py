"""In which order the queues of a connection are asked for: one that costs the connection comes last, and alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel

from single_window.messaging.consuming import Consumer
from single_window.messaging.line import pause

SILENT = 10.0
"""Seconds without an answer that count as a failure to serve a queue."""


class Turns:
    """The consumers of a connection; used on its thread only.

    A queue that the broker cannot serve ends the connection of everybody who waits for an answer at that moment, and
    nobody says which queue it was. So those who were `denied` are asked one at a time, the one with the fewest failures
    first, and after a pause: the others are served, and it is known which queue is at fault. `failed` and `served` hear
    of queues; `later` calls something after so many seconds.
    """

    def __init__(
        self,
        failed: Callable[[str], None],
        served: Callable[[str], None],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._failed, self._served, self._later = failed, served, later
        self._pausing = False
        self._connection: SelectConnection | None = None
        self._consumers: list[Consumer] = []
        self._denied: list[Consumer] = []

    def add(self, consumer: Consumer, connection: SelectConnection | None) -> None:
        """One more, asked for at once where there is a connection."""
        self._consumers.append(consumer)
        if connection is not None:
            self._open(consumer, connection)

    def remove(self, consumer: Consumer) -> None:
        """One less."""
        self._consumers.remove(consumer)

    def open(self, connection: SelectConnection) -> None:
        """Ask for every queue that is not consumed, as far as it is its turn."""
        self._connection = connection
        for consumer in self._consumers:
            if not consumer.denied:
                self._open(consumer, connection)
        self._next()

    def answered(self, consumer: Consumer) -> None:
        """The broker serves its queue, or has failed to."""
        if consumer.denied:
            self._denied.append(consumer)
            return
        self._served(consumer.queue)
        self._next()

    def closed(self) -> None:
        """A channel or the connection was closed, and everybody has heard of it."""
        denied, self._denied = self._denied, []
        if len(denied) == 1:
            denied[0].failures += 1
            self._failed(denied[0].queue)

    def _next(self) -> None:
        """Ask the next of those who were denied after a pause."""
        following = self._following()
        if following is not None and not self._pausing:
            self._pausing = True
            self._later(pause(following.failures), self._ask)

    def _ask(self) -> None:
        self._pausing = False
        following = self._following()
        if following is not None and self._connection is not None and self._connection.is_open:
            self._open(following, self._connection)

    def _open(self, consumer: Consumer, connection: SelectConnection) -> None:
        if consumer.channel is None:
            consumer.open(connection)
            self._later(SILENT, partial(self._look, consumer, consumer.channel))

    def _look(self, consumer: Consumer, channel: Channel | None) -> None:
        """No answer counts as a failure, again and again: the broker may need a minute to say that it has failed."""
        if consumer.channel is channel and consumer.asking:
            self._failed(consumer.queue)
            self._later(SILENT, partial(self._look, consumer, channel))

    def _following(self) -> Consumer | None:
        """Whose turn it is: nobody's while somebody waits for an answer."""
        if any(one.channel is not None and not one.consumes.is_set() for one in self._consumers):
            return None
        return min(
            (one for one in self._consumers if one.denied and one.channel is None),
            key=lambda one: one.failures,
            default=None,
        )
