"""A thread-safe client of RabbitMQ: it publishes with confirms, consumes, declares, and reconnects after an outage.

The connection belongs to an I/O thread of its own (`io_thread.py`), so heartbeats continue however long a caller works.
A process that publishes much should consume through another client: a broker short of disk stops reading from a
connection that publishes, acknowledgements included. A client does not survive a fork: open it in the forked process.
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
"""A peer that is silent for longer counts as lost."""
ANSWER_TIMEOUT_SECONDS = 10.0
"""Seconds without an answer or a confirm after which the broker counts as unavailable."""
CONNECT_TIMEOUT_SECONDS = 20.0
"""Seconds that the first connection may take."""


class RabbitClient:
    """Connects when it is created; raises `BrokerUnavailable` if that fails the first time, and `WrongSetting`.

    `purpose` is how the broker's operator sees the connection. What raises `BrokerUnavailable` says why and what to do.
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
        self._came = Event()
        self._consumers: dict[str, QueueConsumer] = {}
        self._hints: list[QueueConsumer] = []
        self._manager = ConnectionManager(self._parameters, purpose, window, self._came.set)
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
        """Why nothing can be sent, and what to do about it; empty when it can."""
        return self._manager.reason

    def declare(self, *entities: Entity) -> None:
        """Declare exchanges, queues and bindings, in this order, now and after every outage.

        Raises `DeclarationRefused` when something exists with other properties; then none of them is declared again.
        """
        self._ask(declaring.declaration(entities))
        if entities not in self._manager.declarations:
            self._manager.declarations.append(entities)

    def forget(self, *entities: Entity) -> None:
        """Do not declare again after an outage what was declared together; at the broker it stays."""
        if entities in self._manager.declarations:
            self._manager.declarations.remove(entities)

    def depth(self, queue: str) -> int | None:
        """The number of messages that are ready in a queue, without unacknowledged ones; None: there is no such
        queue."""
        try:
            return int(self._ask(declaring.depth(queue)))
        except DeclarationRefused as refused:
            if refused.code == 404:
                return None
            raise

    def publish(self, messages: Sequence[OutgoingMessage]) -> list[PublishOutcome]:
        """Publish, and wait for the broker's confirms; gives the outcome of each message, in their order.

        Raises `BrokerUnavailable` when there is no connection, when the broker blocks publishers, or when it confirms
        nothing for too long. Then all messages count as unsent; some may arrive nevertheless.
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
                    raise self._given_up(batch) from None
                settled = batch.settled

    def send(self, message: OutgoingMessage) -> None:
        """Publish without waiting for the confirm, and without an error where that fails: for hints."""
        if self.state == CONNECTED:
            self._manager.io_thread.call(partial(self._manager.publish, PublishedBatch([message])))

    def consume(self, queue: str, prefetch: int) -> None:
        """Consume a queue, and again after every outage; at most `prefetch` messages are here, unacknowledged."""
        if queue not in self._consumers:
            self._consumers[queue] = self._consumer(queue, prefetch)

    def stop_consuming(self, queue: str) -> None:
        """Stop consuming a queue; what is unacknowledged is requeued."""
        consumer = self._consumers.pop(queue, None)
        if consumer is not None:
            self._manager.io_thread.call(partial(self._manager.stop_consuming, consumer))

    def listen(self, exchange: str, routing_keys: Iterable[str]) -> None:
        """From now on messages with these routing keys of an exchange end a `wait`. Their bodies are dropped;
        several may count as one."""
        hints = self._consumer("", 1, [Binding("", exchange, key) for key in routing_keys])
        self._hints.append(hints)
        if self.state != DISCONNECTED:
            hints.consumes.wait(self._patience)

    def take(self, queue: str, most: int) -> list[IncomingMessage]:
        """At most so many messages of a consumed queue that were delivered here; never waits."""
        return self._consumers[queue].take(most)

    def acknowledge(self, tags: Iterable[Tag]) -> None:
        """Acknowledge messages. Tags from before an outage are left out: their messages are redelivered."""
        _settle(tags, consuming.acknowledge)

    def reject(self, tags: Iterable[Tag]) -> None:
        """Reject messages that cannot be read: they are dead-lettered, where their queue has a dead-letter exchange."""
        _settle(tags, consuming.reject)

    def requeue(self, tags: Iterable[Tag] | None = None) -> None:
        """Requeue these messages, or all unacknowledged ones."""
        if tags is None:
            tags = [tag for consumer in list(self._consumers.values()) for tag in consumer.taken()]
        _settle(tags, consuming.requeue)

    def wait(self, seconds: float) -> bool:
        """Until something came (a message, a hint, a `nudge`, the connection), or so long; True: something came."""
        came = self._came.wait(seconds)
        self._came.clear()
        for hints in self._hints:
            self.acknowledge([hint.tag for hint in hints.take(1)])
        return came

    def probe(self) -> None:
        """Publish to no queue and wait for the confirm; raises `BrokerUnavailable`.

        RabbitMQ reports that its disk or memory is short only to publishers: until then `state` is what it was.
        """
        self.publish([OutgoingMessage("", "single-window.nobody", b"", persistent=False, mandatory=False)])

    def interrupt_wait(self) -> None:
        """End a `wait`."""
        self._came.set()

    def close(self) -> None:
        """End the connection and its thread; ends within seconds. What was taken and not settled goes back."""
        self._manager.end("This client of RabbitMQ was closed.")

    def _check(self) -> None:
        if self.state != CONNECTED:
            raise self._manager.outage()

    def _given_up(self, batch: PublishedBatch) -> BrokerUnavailable:
        place = place_of(self._parameters)
        error = BrokerUnavailable(f"RabbitMQ at {place} has confirmed nothing for {self._patience:g} seconds.")
        self._manager.io_thread.call(partial(batch.fail, error))
        return error

    def _consumer(self, queue: str, prefetch: int, bindings: Sequence[Binding] = ()) -> QueueConsumer:
        consumer = QueueConsumer(
            queue,
            prefetch,
            self._manager.io_thread.call,
            self._came.set,
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
