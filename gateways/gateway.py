"""A gateway: a name and a table of handlers, one for each topic of its queue. It keeps no state of its own.

The runner loads, calls `handle` and commits repository and answers together; a gateway never sees a database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from gateways.desk import Desk
from gateways.taking_in import take_in
from gateways.topics.shared import DocumentFiled


class Delivered(NamedTuple):
    """One payload that was delivered, and its topic."""

    topic: str
    payload: Any


Handler = Callable[[Sequence[Any], Any], None]
"""A function of payloads of one type, in the order of arrival, and the gateway's desk."""


class Gateway(Protocol):
    """An agency's stub."""

    name: str
    handlers: Mapping[str, Handler]
    """What it does for each topic. Documents of a kind that no rule reads need no handler: they are taken in."""

    def hold(self, batch: Sequence[Delivered], desk: Any) -> None:
        """Query the repository once for all that the batch may change, each kind sorted, in an order of its own.

        Called before the batch is handled where several may work on the repository at the same time.
        """


def handle(gateway: Gateway, batch: Sequence[Delivered], desk: Desk[Any]) -> None:
    """Let a gateway handle a batch, topic by topic in the order in which topics first appear."""
    by_topic: dict[str, list[Any]] = {}
    for delivered in batch:
        by_topic.setdefault(delivered.topic, []).append(delivered.payload)
    for handler, payloads in _grouped(gateway, by_topic).items():
        handler(payloads, desk)


def _grouped(gateway: Gateway, by_topic: Mapping[str, list[Any]]) -> dict[Handler, list[Any]]:
    """Topics that one handler serves are handled together: the four documents of a trade meet in one go."""
    grouped: dict[Handler, list[Any]] = {}
    for topic, payloads in by_topic.items():
        handler = gateway.handlers.get(topic)
        if handler is None and isinstance(payloads[0], DocumentFiled):
            handler = take_in
        if handler is None:
            raise LookupError(
                f"The gateway {gateway.name!r} does not handle {topic!r}; it handles {sorted(gateway.handlers)}."
            )
        grouped.setdefault(handler, []).extend(payloads)
    return grouped
