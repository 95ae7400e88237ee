"""The seam: what the window asks of a broker, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class Taken(NamedTuple):
    """A message taken and not yet acknowledged."""

    queue: str
    body: bytes
    tag: object


class Broker(Protocol):
    """Publishes to topics, hands out from queues; at least once, in any order."""

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        """Make the exchange, the queues and their bindings to topics; twice does no harm."""

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        """Publish to every queue that hears the topic; returns when the broker has them, raises when it refuses."""

    def take(self, queue: str, most: int) -> list[Taken]:
        """At most `most` messages that wait in a queue; empty when none does. Never waits."""

    def acknowledge(self, taken: Sequence[Taken]) -> None:
        """Say that these are dealt with; what is never acknowledged comes again."""

    def close(self) -> None:
        """Let go of the connection."""
