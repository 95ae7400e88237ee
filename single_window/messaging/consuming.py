"""Consumes a queue into this process: what the broker sent ahead lies here until somebody takes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from threading import Event, Lock
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from single_window.messaging.blueprint import Binding
from single_window.messaging.lane import Broken, Lane
from single_window.messaging.outages import unserved
from single_window.messaging.properties import text

Settling: TypeAlias = Callable[[Channel, int], None]


class Tag(NamedTuple):
    """Whose message it is: valid as long as the channel that brought it is open."""

    consumer: Consumer
    channel: Channel
    number: int


class Incoming(NamedTuple):
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
    """Where it was published, and under which key; it may have come here for another reason."""
    user: str = ""
    """Who published it, if he said so: RabbitMQ refuses whoever names another than the user of his connection."""


def acknowledge(channel: Channel, number: int) -> None:
    """The message is dealt with."""
    channel.basic_ack(number)


def refuse(channel: Channel, number: int) -> None:
    """The message goes to the dead letters, where its queue has such."""
    channel.basic_reject(number, requeue=False)


def give_back(channel: Channel, number: int) -> None:
    """The message goes back into its queue."""
    channel.basic_nack(number, requeue=True)


class Consumer(Lane):
    """The lane that consumes one queue. `take`, `settle` and `taken` may be called from any thread.

    Without a name the queue is private: made by the broker for this channel, bound to `hears`, holding one message at
    most, and gone with it. `call` runs something on the connection's thread; `arrived` is called for each message,
    `answered` when the broker was asked for the queue and begins to hand out, or fails inside: then it was `denied`.
    """

    def __init__(
        self,
        queue: str,
        prefetch: int,
        call: Callable[[Callable[[], None]], None],
        arrived: Callable[[], None],
        broken: Broken,
        answered: Callable[[Consumer], None],
        hears: Iterable[Binding] = (),
    ) -> None:
        super().__init__(f"consuming {queue or 'hints'}", broken)
        self.consumes = Event()
        self.denied = False
        self.queue, self._asking, self._answered = queue, False, answered
        self._prefetch, self._hears = prefetch, tuple(hears)
        self._call, self._arrived = call, arrived
        self._lock = Lock()
        self._waiting: deque[Incoming] = deque()
        self._taken: dict[Tag, None] = {}

    @property
    def asking(self) -> bool:
        """Whether the broker was asked for the queue and has not answered."""
        return self._asking

    def take(self, most: int) -> list[Incoming]:
        """At most so many of those that lie here. What is left over counts as newly arrived."""
        with self._lock:
            found = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
            self._taken.update((one.tag, None) for one in found)
            left = bool(self._waiting)
        if left:
            self._arrived()
        return found

    def taken(self) -> list[Tag]:
        """The tags of what was taken and not settled."""
        with self._lock:
            return list(self._taken)

    def settle(self, tags: Iterable[Tag], how: Settling) -> None:
        """Acknowledge, refuse or give back; tags that were settled, or whose channel is gone, are left out."""
        with self._lock:
            mine = [tag for tag in tags if tag in self._taken]
            for tag in mine:
                del self._taken[tag]
        if mine:
            self._call(partial(self._tell, mine, how))

    def began(self, channel: Channel) -> None:
        channel.basic_qos(prefetch_count=self._prefetch, callback=_nothing)
        if not self.queue:
            channel.queue_declare(
                "", exclusive=True, auto_delete=True, arguments={"x-max-length": 1}, callback=_nothing
            )
        for one in self._hears:
            channel.queue_bind(one.queue, one.exchange, one.routing_key, callback=_nothing)
        channel.basic_consume(self.queue, self._on_message, callback=self._on_consuming)
        self._asking = True

    def ended(self, reason: Exception) -> None:
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
                Incoming(
                    self.queue,
                    body,
                    Tag(self, channel, method.delivery_tag),
                    properties.headers or {},
                    text(properties.message_id),
                    text(properties.content_type),
                    bool(method.redelivered),
                    text(properties.reply_to),
                    text(properties.correlation_id),
                    method.exchange,
                    method.routing_key,
                    text(properties.user_id),
                )
            )
        self._arrived()

    def _tell(self, tags: Iterable[Tag], how: Settling) -> None:
        for tag in tags:
            if tag.channel.is_open:
                how(tag.channel, tag.number)


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
