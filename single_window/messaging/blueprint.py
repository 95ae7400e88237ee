"""What is declared at RabbitMQ, as values: exchanges, queues, bindings. Declaring the same again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from pika.channel import Channel

Done: TypeAlias = Callable[[Any], None]
REDELIVERIES = 1_000_000
"""After so many hand-outs a quorum queue puts a message aside; newer servers would do so after 20."""


class Exchange(NamedTuple):
    """A durable exchange: direct, fanout or topic."""

    name: str
    kind: str = "topic"

    def declare(self, channel: Channel, done: Done) -> None:
        """Ask for it; `done` hears the answer."""
        channel.exchange_declare(self.name, self.kind, durable=True, callback=done)


class Queue(NamedTuple):
    """A durable queue; `arguments` as RabbitMQ names them (see `quorum`)."""

    name: str
    arguments: Mapping[str, Any] = MappingProxyType({})
    renewable: bool = False
    """Nothing is in it that is not sent again: it may be deleted where the broker does not serve it any more."""

    def declare(self, channel: Channel, done: Done) -> None:
        """Ask for it; `done` hears the answer."""
        channel.queue_declare(self.name, durable=True, arguments=dict(self.arguments), callback=done)


class Binding(NamedTuple):
    """What an exchange gets under a routing key also goes to a queue."""

    queue: str
    exchange: str
    routing_key: str = ""

    def declare(self, channel: Channel, done: Done) -> None:
        """Ask for it; `done` hears the answer."""
        channel.queue_bind(self.queue, self.exchange, self.routing_key, callback=done)


Piece: TypeAlias = Exchange | Queue | Binding


def quorum(name: str, dead_letters: str = "", limit: int = 0, renewable: bool = False) -> Queue:
    """A quorum queue. `dead_letters`: the exchange for what is refused; `limit`: messages at most, then it refuses."""
    arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": REDELIVERIES}
    if dead_letters:
        arguments["x-dead-letter-exchange"] = dead_letters
    if limit:
        arguments |= {"x-max-length": limit, "x-overflow": "reject-publish"}
    return Queue(name, MappingProxyType(arguments), renewable)
