"""Exchanges, queues and bindings as values. Declaring one is idempotent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from pika.channel import Channel

OnDeclared: TypeAlias = Callable[[Any], None]
REDELIVERIES = 1_000_000
"""Redelivery limit of a quorum queue, after which it drops or dead-letters a message; newer servers default to 20."""


class AmqpExchange(NamedTuple):
    """A durable exchange: direct, fanout or topic."""

    name: str
    kind: str = "topic"

    def declare(self, channel: Channel, done: OnDeclared) -> None:
        """Declare it; `done` is called with the broker's response."""
        channel.exchange_declare(self.name, self.kind, durable=True, callback=done)


class Queue(NamedTuple):
    """A durable queue; `arguments` as RabbitMQ names them (see `quorum`)."""

    name: str
    arguments: Mapping[str, Any] = MappingProxyType({})

    def declare(self, channel: Channel, done: OnDeclared) -> None:
        """Declare it; `done` is called with the broker's response."""
        channel.queue_declare(self.name, durable=True, arguments=dict(self.arguments), callback=done)


class Binding(NamedTuple):
    """Routes messages of an exchange with a routing key to a queue."""

    queue: str
    exchange: str
    routing_key: str = ""

    def declare(self, channel: Channel, done: OnDeclared) -> None:
        """Declare it; `done` is called with the broker's response."""
        channel.queue_bind(self.queue, self.exchange, self.routing_key, callback=done)


Entity: TypeAlias = AmqpExchange | Queue | Binding


def quorum(name: str, dead_letters: str = "", limit: int = 0) -> Queue:
    """A quorum queue. `dead_letters`: the exchange for what is refused; `limit`: messages at most, then it refuses.

    One that is deleted while it is consumed, and declared again at once, leaves its consumers without messages (seen on
    RabbitMQ 3.10)."""
    arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": REDELIVERIES}
    if dead_letters:
        arguments["x-dead-letter-exchange"] = dead_letters
    if limit:
        arguments |= {"x-max-length": limit, "x-overflow": "reject-publish"}
    return Queue(name, MappingProxyType(arguments))
