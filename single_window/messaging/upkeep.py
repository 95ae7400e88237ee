"""Keeps a connection to RabbitMQ in order: declares what is remembered, opens the lanes, says what state it is in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import structlog
from pika.adapters.select_connection import SelectConnection
from pika.connection import Parameters
from pika.exceptions import ChannelClosed

from single_window.messaging.blueprint import Piece
from single_window.messaging.broker import BLOCKED, CONNECTED, DISCONNECTED, BrokerUnavailable
from single_window.messaging.consuming import Consumer
from single_window.messaging.declaring import Declarer, Job, declaration
from single_window.messaging.lane import Lane
from single_window.messaging.line import Line, pause
from single_window.messaging.outages import channel_words, connection_words, place_of, unserved
from single_window.messaging.publishing import Batch, Publisher
from single_window.messaging.renewing import Renewal
from single_window.messaging.turns import Turns

log = structlog.get_logger(__name__)


class Upkeep:
    """The tenant of a line. `state`, `reason`, `outage` and `line.call` are for any thread, the rest is for the line's.

    `came` is called when letters can be sent, at first and after every outage; `first` is done with the first
    connection, or with why there is none.
    """

    def __init__(self, parameters: Parameters, name: str, window: int, came: Callable[[], None]) -> None:
        self._parameters, self._came = parameters, came
        self._place = f"{name}: {place_of(parameters)}"
        self._lost, self._blocked, self._ended = "There is no connection yet.", "", ""
        self._declarer = Declarer(self.explained)
        self.remembered: list[tuple[Piece, ...]] = []
        self._renewal = Renewal(self._place, self.remembered, self.explained, self._later, self.mend)
        self._publisher = Publisher(self.broken, self._ready, self.explained, window, self._renewal.settled)
        self.turns = Turns(self._renewal.failed, self._renewal.served, self._later)
        self._connection: SelectConnection | None = None
        self._mending = False
        self.first: Future[None] = Future()
        self.line = Line(parameters, self, f"amqp {name}")

    @property
    def state(self) -> str:
        """`CONNECTED`, `BLOCKED` or `DISCONNECTED`."""
        if self._ended or self._lost:
            return DISCONNECTED
        return BLOCKED if self._blocked else CONNECTED

    @property
    def reason(self) -> str:
        """Why nothing can be sent, and what to do about it; empty when it can."""
        if self._ended or self._lost or not self._blocked:
            return self._ended or self._lost
        return (
            f"RabbitMQ at {place_of(self._parameters)} takes nothing at present: {self._blocked}. "
            "Free disk space or memory there; then it goes on by itself."
        )

    def outage(self) -> BrokerUnavailable:
        """The state, to be raised."""
        words = self.reason or f"The channel to RabbitMQ at {place_of(self._parameters)} is being opened again."
        return BrokerUnavailable(words, self.state)

    def explained(self, error: Exception) -> BrokerUnavailable:
        """Why a channel ended, to be raised."""
        if isinstance(error, ChannelClosed):
            return BrokerUnavailable(channel_words(error, self._parameters))
        return BrokerUnavailable(connection_words(error, self._parameters))

    def connected(self, connection: SelectConnection) -> None:
        self._connection = connection
        self.mend()

    def lost(self, error: Exception) -> None:
        words = connection_words(error, self._parameters)
        if self._connection is not None:
            log.warning("broker.lost", link=self._place, reason=words)
        self._connection, self._lost, self._blocked = None, words, ""
        self.turns.closed()
        if not unserved(error):
            self._renewal.interrupted()
        if not self.first.done():
            self.first.set_exception(BrokerUnavailable(words))

    def blocked(self, reason: str) -> None:
        self._blocked = reason
        log.warning("broker.blocked" if reason else "broker.unblocked", link=self._place, reason=reason)
        if reason:
            self._publisher.fail(self.outage())

    def end(self, words: str) -> None:
        """Say goodbye; from any thread. From now on `words` are the reason why nothing goes."""
        self._ended = words
        self.line.end()

    def ask(self, job: Job, answer: Future[Any]) -> None:
        """Have something declared or counted."""
        if self._connection is None:
            answer.set_exception(self.outage())
        else:
            self._declarer.ask(job, answer)

    def publish(self, batch: Batch) -> None:
        """Send letters, or say why not."""
        if self.state == CONNECTED and self._publisher.able:
            self._publisher.publish(batch)
        else:
            batch.fail(self.outage())

    def consume(self, consumer: Consumer) -> None:
        """Begin to consume, and again after every outage."""
        self.turns.add(consumer, self._connection)

    def stop_consuming(self, consumer: Consumer) -> None:
        """Consume no longer."""
        self.turns.remove(consumer)
        consumer.close()

    def mend(self) -> None:
        """Delete what the broker does not serve, declare again what is remembered, open each lane that is not open."""
        if self._connection is None:
            return
        self._renewal.begin(self._connection)
        if self._renewal.under_way:
            return
        self._declarer.open(self._connection)
        for pieces in self.remembered:
            answer: Future[Any] = Future()
            answer.add_done_callback(self._declared)
            self._declarer.ask(declaration(pieces), answer)
        last: Future[Any] = Future()
        last.add_done_callback(partial(self._open_lanes, self._connection))
        self._declarer.ask(declaration(()), last)

    def mend_later(self, seconds: float) -> None:
        """Do so after a while, unless that is to happen anyway."""
        if not self._mending:
            self._mending = True
            self.line.later(seconds, self._mend_now)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self.line.later(seconds, what)

    def _mend_now(self) -> None:
        self._mending = False
        self.mend()

    def _declared(self, answer: Future[Any]) -> None:
        error = answer.exception()
        if isinstance(error, ChannelClosed):
            log.error("broker.declaration_refused", link=self._place, reason=channel_words(error, self._parameters))

    def _open_lanes(self, connection: SelectConnection, _: object) -> None:
        if connection.is_open and connection is self._connection:
            self._publisher.open(connection)
            self.turns.open(connection)

    def _ready(self) -> None:
        if self._lost:
            log.info("broker.connected", link=self._place)
        self._lost = ""
        if not self.first.done():
            self.first.set_result(None)
        self._came()

    def broken(self, lane: Lane, reason: str) -> None:
        """The broker closed one channel; it is opened again after a pause, when all is declared."""
        log.warning("broker.channel", link=self._place, purpose=lane.purpose, reason=reason)
        self.turns.closed()
        self.mend_later(pause(lane.failures))
