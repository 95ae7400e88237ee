"""Consumes a queue into a local buffer, up to the prefetch count."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from threading import Event, Lock
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from single_window.messaging.amqp_entities import Binding
from single_window.messaging.channel_handler import ChannelHandler, OnClosed
from single_window.messaging.outages import unserved
from single_window.messaging.properties import text

Settlement: TypeAlias = Callable[[Channel, int], None]


class Tag(NamedTuple):
    """A delivery tag with its channel; valid only while the channel is open."""

    consumer: QueueConsumer
    channel: Channel
    number: int


class IncomingMessage(NamedTuple):
    """A message taken from a queue."""

    queue: str
    body: bytes
    tag: Tag
    headers: Mapping[str, Any] = MappingProxyType({})
    message_id: str = ""
    content_type: str = ""
    redelivered: bool = False
    reply_to: str = ""
    correlation_id: str = ""
    exchange: str = ""
    routing_key: str = ""
    """Exchange and routing key with which it was published; CC headers may have routed it here instead."""
    user: str = ""
    """The `user_id` of the publisher, if set; RabbitMQ checks it against the connection's user."""

    @property
    def number(self) -> int:
        """Its number on its channel."""
        return self.tag.number


def acknowledge(channel: Channel, number: int) -> None:
    """Acknowledge a message."""
    channel.basic_ack(number)


def reject(channel: Channel, number: int) -> None:
    """Reject a message; it is dead-lettered if its queue has a dead-letter exchange."""
    channel.basic_reject(number, requeue=False)


def requeue(channel: Channel, number: int) -> None:
    """Return a message to its queue."""
    channel.basic_nack(number, requeue=True)


class QueueConsumer(ChannelHandler):
    """The channel that consumes one queue. Only `take`, `settle` and `taken` are thread-safe.

    An empty name means an exclusive queue: named by the broker, bound by `bindings`, with at most one message, deleted
    with the channel. `call` runs a callback on the I/O thread; `arrived` is called for each message, `answered` when
    the broker has started the consumer, or has failed with an internal error (then the consumer is `denied`).
    """

    def __init__(
        self,
        queue: str,
        prefetch: int,
        call: Callable[[Callable[[], None]], None],
        arrived: Callable[[], None],
        on_closed: OnClosed,
        answered: Callable[[QueueConsumer], None],
        bindings: Iterable[Binding] = (),
    ) -> None:
        super().__init__(f"consuming {queue or 'hints'}", on_closed)
        self.consumes = Event()
        self.denied = False
        self.queue, self._asking, self._answered = queue, False, answered
        self._prefetch, self._bindings = prefetch, tuple(bindings)
        self._call, self._arrived = call, arrived
        self._lock = Lock()
        self._waiting: deque[IncomingMessage] = deque()
        self._taken: dict[Tag, None] = {}

    @property
    def asking(self) -> bool:
        """True if the start of the consumer was requested and not yet confirmed."""
        return self._asking

    def take(self, most: int) -> list[IncomingMessage]:
        """At most `most` buffered messages; `arrived` is called again if some are left."""
        with self._lock:
            found = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
            self._taken.update((message.tag, None) for message in found)
            left = bool(self._waiting)
        if left:
            self._arrived()
        return found

    def taken(self) -> list[Tag]:
        """Tags of messages that were taken and not settled."""
        with self._lock:
            return list(self._taken)

    def settle(self, tags: Iterable[Tag], how: Settlement) -> None:
        """Acknowledge, reject or requeue messages; settled tags and those of closed channels are ignored."""
        with self._lock:
            taken = [tag for tag in tags if tag in self._taken]
            for tag in taken:
                del self._taken[tag]
        if taken:
            self._call(partial(self._settle_on_channel, taken, how))

    def on_open(self, channel: Channel) -> None:
        channel.basic_qos(prefetch_count=self._prefetch, callback=_nothing)
        if not self.queue:
            channel.queue_declare(
                "", exclusive=True, auto_delete=True, arguments={"x-max-length": 1}, callback=_nothing
            )
        for binding in self._bindings:
            channel.queue_bind(binding.queue, binding.exchange, binding.routing_key, callback=_nothing)
        channel.basic_consume(self.queue, self._on_message, callback=self._on_consuming)
        self._asking = True

    def on_close(self, reason: Exception) -> None:
        self.consumes.clear()
        if self._asking:
            self._asking, self.denied = False, unserved(reason)
            if self.denied:
                self._answered(self)
        with self._lock:
            self._waiting.clear()
            self._taken.clear()

    def _on_consuming(self, _: object) -> None:
        self.failures = 0
        self._asking = self.denied = False
        self.consumes.set()
        self._answered(self)

    def _on_message(self, channel: Channel, method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        with self._lock:
            self._waiting.append(
                IncomingMessage(
                    queue=self.queue,
                    body=body,
                    tag=Tag(self, channel, method.delivery_tag),
                    headers=properties.headers or {},
                    message_id=text(properties.message_id),
                    content_type=text(properties.content_type),
                    redelivered=bool(method.redelivered),
                    reply_to=text(properties.reply_to),
                    correlation_id=text(properties.correlation_id),
                    exchange=method.exchange,
                    routing_key=method.routing_key,
                    user=text(properties.user_id),
                )
            )
        self._arrived()

    def _settle_on_channel(self, tags: Iterable[Tag], how: Settlement) -> None:
        for tag in tags:
            if tag.channel.is_open:
                how(tag.channel, tag.number)


def _nothing(_: object) -> None:
    """Ignore the broker's response."""
