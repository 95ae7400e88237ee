"""A topic, declared once: a row of its gateway's table with payload, handler and lock; and the routes to all of them.

On the wire a payload is the list of its fields' values, a delivery a list of payloads. Fields are only ever added at
the end and with a default, so that a delivery or deadline that an earlier version filed is still read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

PayloadT = TypeVar("PayloadT")
DeskT_contra = TypeVar("DeskT_contra", contravariant=True)
LockT_co = TypeVar("LockT_co", covariant=True)


class Route(NamedTuple):
    """The way of a payload: the queue of the gateway that handles it, and its topic there."""

    queue: str
    topic: str


def whole(payload: Any) -> Any:
    """The payload as the key of its lock, where it takes more than one field to find what is locked."""
    return payload


@dataclass(frozen=True, slots=True)
class Topic(Generic[PayloadT, DeskT_contra, LockT_co]):
    """A kind of message that a gateway handles; rows of its table. mypy refuses a handler or a key of another payload,
    and a lock that its gateway does not have."""

    name: str
    payload: type[PayloadT]
    """A NamedTuple."""
    handler: Callable[[Sequence[PayloadT], DeskT_contra], None]
    """A function of payloads in the order of arrival and the gateway's desk."""
    lock: LockT_co
    """The rows that are locked before a batch with this topic is handled."""
    key: Callable[[PayloadT], Hashable] = whole
    """The field by which they are found."""

    def decode(self, body: str | bytes) -> list[PayloadT]:
        """The payloads of a delivery; raises `msgspec.ValidationError` for what no version wrote."""
        payload: Any = self.payload
        payloads: list[PayloadT] = _decoder(payload).decode(body)
        return payloads


@cache
def _decoder(payload: Any) -> msgspec.json.Decoder[list[Any]]:
    return msgspec.json.Decoder(list[payload])


class Routes:
    """The routes to the topics of some gateways, by the type of their payloads: what a desk is given to send by."""

    def __init__(self, tables: Iterable[tuple[str, Iterable[Topic[Any, Any, Any]]]]) -> None:
        """`tables`: queues with the topics that are handled there. Raises `ValueError` for a topic that stands
        twice."""
        self._by_payload: dict[type[Any], dict[str, Route]] = {}
        self.by_topic: dict[str, Route] = {}
        for queue, topics in tables:
            for topic in topics:
                if topic.name in self.by_topic:
                    raise ValueError(f"The topic {topic.name!r} is declared twice.")
                route = self.by_topic[topic.name] = Route(queue, topic.name)
                self._by_payload.setdefault(topic.payload, {})[topic.name] = route

    def of(self, payload: Any, topic: str = "") -> Route:
        """The route of a payload; where several topics carry its type, `topic` names one. Raises `TypeError`."""
        carriers = self._by_payload.get(type(payload), {})
        if topic in carriers:
            return carriers[topic]
        if topic or len(carriers) != 1:
            raise TypeError(
                f"{type(payload).__name__} is carried by {sorted(carriers) or 'no topic'}; {topic!r} was named."
            )
        return next(iter(carriers.values()))


NO_ROUTES = Routes(())
"""For a desk at which something is only previewed: it sends nothing."""
