"""Manages a RabbitMQ connection: reopens channels and repeats declarations after an outage, and keeps its state."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import structlog
from pika.adapters.select_connection import SelectConnection
from pika.connection import Parameters
from pika.exceptions import ChannelClosed

from single_window.messaging.amqp_entities import Entity
from single_window.messaging.channel_handler import ChannelHandler
from single_window.messaging.consumer_scheduler import ConsumerScheduler
from single_window.messaging.consuming import QueueConsumer
from single_window.messaging.declaring import Declarer, Job, declaration
from single_window.messaging.io_thread import IOThread, backoff_seconds
from single_window.messaging.outages import channel_words, connection_words, place_of
from single_window.messaging.publishing import PublishedBatch, Publisher
from single_window.messaging.wakeups import BLOCKED, CONNECTED, DISCONNECTED, BrokerUnavailable

log = structlog.get_logger(__name__)


class ConnectionManager:
    """A managed connection. Only `state`, `reason`, `outage`, `end` and `io_thread.call` are thread-safe; other methods
    are for the I/O thread.

    `on_ready` is called when messages can be published, also after outages. `first` is completed with the first
    connection, or fails with the reason.
    """

    def __init__(self, parameters: Parameters, name: str, window: int, on_ready: Callable[[], None]) -> None:
        self._parameters, self._on_ready = parameters, on_ready
        self._place = f"{name}: {place_of(parameters)}"
        self._lost, self._blocked, self._ended = "There is no connection yet.", "", ""
        self._declarer = Declarer(self.explained)
        self.declarations: list[tuple[Entity, ...]] = []
        self._publisher = Publisher(self.on_closed, self._ready, self.explained, window)
        self.scheduler = ConsumerScheduler(self._later)
        self._connection: SelectConnection | None = None
        self._restoring = False
        self.first: Future[None] = Future()
        self.io_thread = IOThread(parameters, self, f"amqp {name}")

    @property
    def state(self) -> str:
        """`CONNECTED`, `BLOCKED` or `DISCONNECTED`."""
        if self._ended or self._lost:
            return DISCONNECTED
        return BLOCKED if self._blocked else CONNECTED

    @property
    def reason(self) -> str:
        """The reason why nothing can be sent, and the remedy; empty if it can."""
        if self._ended or self._lost or not self._blocked:
            return self._ended or self._lost
        return (
            f"RabbitMQ at {place_of(self._parameters)} takes nothing at present: {self._blocked}. "
            "Free disk space or memory there; then it goes on by itself."
        )

    def outage(self) -> BrokerUnavailable:
        """The error to raise while nothing can be sent."""
        words = self.reason or f"The channel to RabbitMQ at {place_of(self._parameters)} is being opened again."
        return BrokerUnavailable(words, self.state)

    def explained(self, error: Exception) -> BrokerUnavailable:
        """The error to raise for a closed channel or connection."""
        if isinstance(error, ChannelClosed):
            return BrokerUnavailable(channel_words(error, self._parameters))
        return BrokerUnavailable(connection_words(error, self._parameters))

    def connected(self, connection: SelectConnection) -> None:
        self._connection = connection
        self.restore()

    def lost(self, error: Exception) -> None:
        words = connection_words(error, self._parameters)
        if self._connection is not None:
            log.warning("broker.lost", link=self._place, reason=words)
        self._connection, self._lost, self._blocked = None, words, ""
        self.scheduler.closed()
        if not self.first.done():
            self.first.set_exception(BrokerUnavailable(words))

    def blocked(self, reason: str) -> None:
        self._blocked = reason
        log.warning("broker.blocked" if reason else "broker.unblocked", link=self._place, reason=reason)
        if reason:
            self._publisher.fail(self.outage())

    def end(self, words: str) -> None:
        """Close the connection for good; `words` become the reason why nothing can be sent."""
        self._ended = words
        self.io_thread.close()

    def ask(self, job: Job, answer: Future[Any]) -> None:
        """Run a job on the declaring channel; `answer` gets its result or error."""
        if self._connection is None:
            answer.set_exception(self.outage())
        else:
            self._declarer.ask(job, answer)

    def publish(self, batch: PublishedBatch) -> None:
        """Publish a batch, or fail it at once if nothing can be sent."""
        if self.state == CONNECTED and self._publisher.able:
            self._publisher.publish(batch)
        else:
            batch.fail(self.outage())

    def consume(self, consumer: QueueConsumer) -> None:
        """Start a consumer, also after outages."""
        self.scheduler.add(consumer, self._connection)

    def stop_consuming(self, consumer: QueueConsumer) -> None:
        """Stop a consumer."""
        self.scheduler.remove(consumer)
        consumer.close()

    def restore(self) -> None:
        """Repeat all declarations and open closed channels."""
        if self._connection is None:
            return
        self._declarer.open(self._connection)
        for entities in self.declarations:
            answer: Future[Any] = Future()
            answer.add_done_callback(self._declared)
            self._declarer.ask(declaration(entities), answer)
        last: Future[Any] = Future()
        last.add_done_callback(partial(self._open_channels, self._connection))
        self._declarer.ask(declaration(()), last)

    def restore_later(self, seconds: float) -> None:
        """Schedule `restore` after `seconds`, unless it is scheduled already."""
        if not self._restoring:
            self._restoring = True
            self.io_thread.call_later(seconds, self._restore_now)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self.io_thread.call_later(seconds, what)

    def _restore_now(self) -> None:
        self._restoring = False
        self.restore()

    def _declared(self, answer: Future[Any]) -> None:
        error = answer.exception()
        if isinstance(error, ChannelClosed):
            log.error("broker.declaration_refused", link=self._place, reason=channel_words(error, self._parameters))

    def _open_channels(self, connection: SelectConnection, _: object) -> None:
        if connection.is_open and connection is self._connection:
            self._publisher.open(connection)
            self.scheduler.open(connection)

    def _ready(self) -> None:
        if self._lost:
            log.info("broker.connected", link=self._place)
        self._lost = ""
        if not self.first.done():
            self.first.set_result(None)
        self._on_ready()

    def on_closed(self, handler: ChannelHandler, reason: str) -> None:
        """Reopen a channel that the broker closed, after a backoff and all declarations."""
        log.warning("broker.channel", link=self._place, purpose=handler.purpose, reason=reason)
        self.scheduler.closed()
        self.restore_later(backoff_seconds(handler.failures))
