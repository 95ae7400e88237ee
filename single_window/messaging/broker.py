"""The seam: what the window asks of a broker, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

CONNECTED, BLOCKED, DISCONNECTED = "connected", "blocked", "disconnected"
"""What a broker's `state` may be; blocked: it stands, but takes nothing (its disk or memory is short)."""


class BrokerUnavailable(Exception):
    """The broker cannot be reached, takes nothing or has not confirmed in time: what was to be sent counts as unsent.

    `state` is the broker's; `retry_after` are seconds after which trying again makes sense.
    """

    def __init__(self, reason: str, state: str = DISCONNECTED, retry_after: int = 5) -> None:
        super().__init__(reason)
        self.state, self.retry_after = state, retry_after


class Taken(NamedTuple):
    """A message taken and not yet acknowledged."""

    queue: str
    body: bytes
    tag: object
    headers: Mapping[str, Any] = MappingProxyType({})


class Broker(Protocol):
    """Publishes to topics, hands out from queues; at least once, in any order.

    Hints are something else: they tell other processes that looking into the database is worth while, and may be lost.
    """

    keeps: bool
    """Whether what was published outlives this process."""
    inside: bool
    """Whether it reaches nobody but this process, whose workers may as well be told without it."""

    @property
    def state(self) -> str:
        """`CONNECTED`, `BLOCKED` or `DISCONNECTED`."""

    @property
    def reason(self) -> str:
        """Why nothing can be sent or taken, and what to do about it; empty when all is well."""

    def declare(self, exchange: str, queues: Mapping[str, Sequence[str]]) -> None:
        """Make the exchange, the queues and their bindings to topics; twice does no harm."""

    def publish(self, topic: str, bodies: Sequence[bytes]) -> None:
        """Publish to every queue that hears the topic; returns when the broker has them all.

        Raises `UnknownTopic` before anything is sent, and `BrokerUnavailable`.
        """

    def take(self, queue: str, most: int) -> list[Taken]:
        """At most `most` messages that wait in a queue; empty when none does. Never waits."""

    def acknowledge(self, taken: Sequence[Taken]) -> None:
        """Say that these are dealt with; what is never acknowledged comes again."""

    def refuse(self, taken: Sequence[Taken]) -> None:
        """Say that these cannot even be read: they are put aside where the broker can, and never handed out again."""

    def give_back(self) -> None:
        """Whatever was taken and not acknowledged may be taken again."""

    def wake(self, topic: str) -> None:
        """Hint to all who listen to a topic, here and elsewhere. Never waits, never raises."""

    def listen(self, topics: Sequence[str]) -> None:
        """From now on hints of these topics end a `wait` here."""

    def wait(self, seconds: float) -> bool:
        """Until a message came or a hint, or so long; True: something came since the last `wait`."""

    def close(self) -> None:
        """Let go of the connection."""
