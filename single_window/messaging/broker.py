"""The broker protocol: what the window needs of a message broker, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

CONNECTED, BLOCKED, DISCONNECTED = "connected", "blocked", "disconnected"
"""What a broker's `state` may be; blocked: connected, but publishers are blocked (its disk or memory is short)."""


class BrokerUnavailable(Exception):
    """The broker is not connected, blocks publishers or has not confirmed in time: what was published counts as unsent.

    `state` is the broker's; `retry_after` are seconds after which trying again makes sense.
    """

    def __init__(self, reason: str, state: str = DISCONNECTED, retry_after: int = 5) -> None:
        super().__init__(reason)
        self.state, self.retry_after = state, retry_after


class ReceivedMessage(NamedTuple):
    """A message taken and not yet acknowledged."""

    queue: str
    body: bytes
    tag: object
    headers: Mapping[str, Any] = MappingProxyType({})


class Broker(Protocol):
    """Publishes to topics, delivers from queues: at least once, in any order.

    Hints are something else: they notify other processes that a query of the database is worth while, and may be lost.
    """

    is_durable: bool
    """Whether published messages survive this process."""
    in_process: bool
    """Whether it reaches only this process, whose workers can be called without it."""

    @property
    def state(self) -> str:
        """`CONNECTED`, `BLOCKED` or `DISCONNECTED`."""

    @property
    def reason(self) -> str:
        """Why nothing can be sent or taken, and what to do about it; empty when all is well."""

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        """Declare the exchange, the queues and their bindings to topics; idempotent."""

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        """Publish to every queue bound to the topic; returns when the broker has confirmed all.

        Raises `UnknownTopic` before anything is sent, and `BrokerUnavailable`.
        """

    def take(self, queue: str, most: int) -> list[ReceivedMessage]:
        """At most `most` messages that are ready in a queue. Never waits."""

    def acknowledge(self, taken: Sequence[ReceivedMessage]) -> None:
        """Acknowledge messages; those that never are come again."""

    def reject(self, taken: Sequence[ReceivedMessage]) -> None:
        """Reject messages that cannot be read: they are dead-lettered where the broker can, and never redelivered."""

    def requeue(self) -> None:
        """Requeue whatever was taken and not acknowledged."""

    def wake(self, topic: str) -> None:
        """Hint to all that listen to a topic, here and in other processes. Never waits, never raises."""

    def listen(self, topics: Sequence[str]) -> None:
        """From now on hints of these topics end a `wait` here."""

    def wait(self, seconds: float) -> bool:
        """Until a message came or a hint, or so long; True: something came since the last `wait`."""

    def close(self) -> None:
        """Close the connection."""
