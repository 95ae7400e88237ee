"""Topics, each declared once with payload, handler and lock, and the routes to them.

On the wire a payload is the list of its fields' values, and a delivery a list of payloads. New fields must be last and
have a default, so that deliveries and deadlines written by an earlier version remain readable.
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
    """The destination of a payload: a gateway's queue, and the topic."""

    queue: str
    topic: str


def whole(payload: Any) -> Any:
    """Return the payload itself as the key of its lock, if a single field is not enough."""
    return payload


@dataclass(frozen=True, slots=True)
class Topic(Generic[PayloadT, DeskT_contra, LockT_co]):
    """A kind of message that a gateway handles. Its type parameters let mypy reject a handler or key for another
    payload, and a lock of another gateway."""

    name: str
    payload: type[PayloadT]
    """A NamedTuple."""
    handler: Callable[[Sequence[PayloadT], DeskT_contra], None]
    """Called with payloads, in the order of arrival, and the gateway's desk."""
    lock: LockT_co
    """The lock to take before a batch with this topic is handled."""
    key: Callable[[PayloadT], Hashable] = whole
    """Returns the key of the rows to lock."""

    def decode(self, body: str | bytes) -> list[PayloadT]:
        """Decode the payloads of a delivery; raises `msgspec.ValidationError` if it is invalid."""
        payload: Any = self.payload
        payloads: list[PayloadT] = _decoder(payload).decode(body)
        return payloads


@cache
def _decoder(payload: Any) -> msgspec.json.Decoder[list[Any]]:
    return msgspec.json.Decoder(list[payload])


class Routes:
    """The routes to topics, by the type of their payloads."""

    def __init__(self, tables: Iterable[tuple[str, Iterable[Topic[Any, Any, Any]]]]) -> None:
        """`tables`: pairs (queue, its topics). Raises `ValueError` if a topic is declared twice."""
        self._by_payload: dict[type[Any], dict[str, Route]] = {}
        self.by_topic: dict[str, Route] = {}
        for queue, topics in tables:
            for topic in topics:
                if topic.name in self.by_topic:
                    raise ValueError(f"The topic {topic.name!r} is declared twice.")
                route = self.by_topic[topic.name] = Route(queue, topic.name)
                self._by_payload.setdefault(topic.payload, {})[topic.name] = route

    def of(self, payload: Any, topic: str = "") -> Route:
        """Return the route of a payload; `topic` is required if several topics have its type. Raises `TypeError` if
        there is no such route."""
        carriers = self._by_payload.get(type(payload), {})
        if topic in carriers:
            return carriers[topic]
        if topic or len(carriers) != 1:
            raise TypeError(
                f"{type(payload).__name__} is carried by {sorted(carriers) or 'no topic'}; {topic!r} was named."
            )
        return next(iter(carriers.values()))


NO_ROUTES = Routes(())
"""Routes of a desk for previews, which sends nothing."""
