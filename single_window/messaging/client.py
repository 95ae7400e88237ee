"""A thread-safe RabbitMQ client: publishes with confirms, consumes, declares, and reconnects after an outage.

The connection has a separate I/O thread (`io_thread.py`), so heartbeats continue while callers are busy. Use separate
clients to publish and to consume, because a broker short of disk stops reading from publishing connections, including
acknowledgements. Open a client after a fork, not before.

pika's `SelectConnection` is used because `BlockingConnection` confirms messages one by one, kombu hides confirms,
returned messages and blocked connections, and asyncio clients do not fit a program whose work blocks threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Event
from typing import Any

from pika.exceptions import ChannelClosed

from single_window.messaging import consuming, declaring
from single_window.messaging.amqp_entities import Binding, Entity
from single_window.messaging.connection_manager import ConnectionManager
from single_window.messaging.consuming import IncomingMessage, QueueConsumer, Settlement, Tag
from single_window.messaging.outages import DeclarationRefused, channel_words, parameters_of, place_of
from single_window.messaging.publishing import WINDOW, OutgoingMessage, PublishedBatch, PublishOutcome
from single_window.messaging.wakeups import CONNECTED, DISCONNECTED, BrokerUnavailable

HEARTBEAT_SECONDS = 20
"""AMQP heartbeat interval."""
ANSWER_TIMEOUT_SECONDS = 10.0
"""Seconds without a response or a confirm after which the broker counts as unavailable."""
CONNECT_TIMEOUT_SECONDS = 20.0
"""Time limit of the first connection."""


class RabbitClient:
    """Connects when it is created; raises `BrokerUnavailable` if the first connection fails, and `WrongSetting`.

    `purpose`: the connection's name in RabbitMQ's management. `BrokerUnavailable` gives the reason and the remedy.
    """

    def __init__(
        self,
        url: str,
        purpose: str = "single-window",
        heartbeat: int = HEARTBEAT_SECONDS,
        window: int = WINDOW,
        patience: float = ANSWER_TIMEOUT_SECONDS,
    ) -> None:
        self._parameters = parameters_of(url, purpose, heartbeat)
        self._patience = patience
        self._woken = Event()
        self._consumers: dict[str, QueueConsumer] = {}
        self._hints: list[QueueConsumer] = []
        self._manager = ConnectionManager(self._parameters, purpose, window, self._woken.set)
        try:
            self._manager.first.result(CONNECT_TIMEOUT_SECONDS)
        except TimeoutError:
            self.close()
            raise BrokerUnavailable(f"RabbitMQ at {place_of(self._parameters)} does not answer.") from None
        except BrokerUnavailable:
            self.close()
            raise

    @property
    def state(self) -> str:
        """`CONNECTED`, `BLOCKED` or `DISCONNECTED`."""
        return self._manager.state

    @property
    def reason(self) -> str:
        """The reason why nothing can be sent, and the remedy; empty if it can."""
        return self._manager.reason

    def declare(self, *entities: Entity) -> None:
        """Declare exchanges, queues and bindings, in this order, now and after every outage.

        Raises `DeclarationRefused` if one exists with other properties; then none is declared after an outage.
        """
        self._ask(declaring.declaration(entities))
        if entities not in self._manager.declarations:
            self._manager.declarations.append(entities)

    def forget(self, *entities: Entity) -> None:
        """Stop declaring entities, which were declared together, after outages; they stay at the broker."""
        if entities in self._manager.declarations:
            self._manager.declarations.remove(entities)

    def depth(self, queue: str) -> int | None:
        """The number of ready messages in a queue, without unacknowledged ones; None: the queue does not exist."""
        try:
            return int(self._ask(declaring.depth(queue)))
        except DeclarationRefused as refused:
            if refused.code == 404:
                return None
            raise

    def publish(self, messages: Sequence[OutgoingMessage]) -> list[PublishOutcome]:
        """Publish messages and wait for the confirms; returns the outcome of each, in order.

        Raises `BrokerUnavailable` without a connection, if the broker blocks publishers, or confirms nothing for too
        long. Then all messages count as unsent, but some may have arrived.
        """
        if not messages:
            return []
        self._check()
        batch = PublishedBatch(messages)
        self._manager.io_thread.call(partial(self._manager.publish, batch))
        settled = 0
        while True:
            try:
                return batch.confirmed.result(self._patience)
            except TimeoutError:
                if batch.settled == settled:
                    raise self._timed_out(batch) from None
                settled = batch.settled

    def send(self, message: OutgoingMessage) -> None:
        """Publish without waiting for the confirm and without errors; for wake-ups."""
        if self.state == CONNECTED:
            self._manager.io_thread.call(partial(self._manager.publish, PublishedBatch([message])))

    def consume(self, queue: str, prefetch: int) -> None:
        """Consume a queue, also after outages, with at most `prefetch` unacknowledged messages."""
        if queue not in self._consumers:
            self._consumers[queue] = self._consumer(queue, prefetch)

    def stop_consuming(self, queue: str) -> None:
        """Stop consuming a queue; unacknowledged messages are requeued."""
        consumer = self._consumers.pop(queue, None)
        if consumer is not None:
            self._manager.io_thread.call(partial(self._manager.stop_consuming, consumer))

    def listen(self, exchange: str, routing_keys: Iterable[str]) -> None:
        """Let messages of an exchange with these routing keys end a `wait`. Bodies are dropped; several messages may
        end only one wait.
        """
        hints = self._consumer("", 1, [Binding("", exchange, key) for key in routing_keys])
        self._hints.append(hints)
        if self.state != DISCONNECTED:
            hints.consumes.wait(self._patience)

    def take(self, queue: str, most: int) -> list[IncomingMessage]:
        """At most `most` messages that were delivered from a consumed queue; never waits."""
        return self._consumers[queue].take(most)

    def acknowledge(self, tags: Iterable[Tag]) -> None:
        """Acknowledge messages. Tags from before an outage are ignored, because their messages are redelivered."""
        _settle(tags, consuming.acknowledge)

    def reject(self, tags: Iterable[Tag]) -> None:
        """Reject messages; they are dead-lettered if their queue has a dead-letter exchange."""
        _settle(tags, consuming.reject)

    def requeue(self, tags: Iterable[Tag] | None = None) -> None:
        """Requeue these messages, or all unacknowledged ones."""
        if tags is None:
            tags = [tag for consumer in list(self._consumers.values()) for tag in consumer.taken()]
        _settle(tags, consuming.requeue)

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` for a message, a wake-up, `interrupt_wait` or a connection; True: one came."""
        woken = self._woken.wait(seconds)
        self._woken.clear()
        for hints in self._hints:
            self.acknowledge([hint.tag for hint in hints.take(1)])
        return woken

    def probe(self) -> None:
        """Publish an unroutable message and wait for the confirm; raises `BrokerUnavailable`.

        RabbitMQ reports low disk or memory only to publishers, so `state` is not up to date without this.
        """
        self.publish([OutgoingMessage("", "single-window.nobody", b"", persistent=False, mandatory=False)])

    def interrupt_wait(self) -> None:
        """End a `wait`."""
        self._woken.set()

    def close(self) -> None:
        """Close the connection and its thread within seconds. Unsettled messages are requeued."""
        self._manager.end("This client of RabbitMQ was closed.")

    def _check(self) -> None:
        if self.state != CONNECTED:
            raise self._manager.outage()

    def _timed_out(self, batch: PublishedBatch) -> BrokerUnavailable:
        place = place_of(self._parameters)
        error = BrokerUnavailable(f"RabbitMQ at {place} has confirmed nothing for {self._patience:g} seconds.")
        self._manager.io_thread.call(partial(batch.fail, error))
        return error

    def _consumer(self, queue: str, prefetch: int, bindings: Sequence[Binding] = ()) -> QueueConsumer:
        consumer = QueueConsumer(
            queue,
            prefetch,
            self._manager.io_thread.call,
            self._woken.set,
            self._manager.on_closed,
            self._manager.scheduler.answered,
            bindings,
        )
        self._manager.io_thread.call(partial(self._manager.consume, consumer))
        return consumer

    def _ask(self, job: declaring.Job) -> Any:
        self._check()
        answer: Future[Any] = Future()
        self._manager.io_thread.call(partial(self._manager.ask, job, answer))
        try:
            return answer.result(self._patience)
        except ChannelClosed as refused:
            raise DeclarationRefused(channel_words(refused, self._parameters), refused.reply_code) from None
        except TimeoutError:
            raise BrokerUnavailable(f"RabbitMQ at {place_of(self._parameters)} does not answer.") from None


def _settle(tags: Iterable[Tag], how: Settlement) -> None:
    by_consumer: dict[QueueConsumer, list[Tag]] = {}
    for tag in tags:
        by_consumer.setdefault(tag.consumer, []).append(tag)
    for consumer, own in by_consumer.items():
        consumer.settle(own, how)
