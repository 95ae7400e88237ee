"""Topics, each declared once with payload, handler and lock, and the routes to them.

On the wire a payload is the list of its fields' values, and a delivery a list of payloads. New fields must be last and
have a default, so that deliveries and deadlines written by an earlier version remain readable.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from gateways.circumstances import Options
from gateways.topics.route import Route

PayloadT = TypeVar("PayloadT")
DeskT_contra = TypeVar("DeskT_contra", contravariant=True)
LockT_co = TypeVar("LockT_co", covariant=True)


def whole(payload: Any) -> Any:
    """Return the payload itself as the key of its lock, if a single field is not enough."""
    return payload


def fact(payload: type[PayloadT]) -> type[PayloadT]:
    """Mark a payload as a fact: something that happened, published (`Desk.publish`) for any number of gateways."""
    setattr(payload, _MARK, _FACT)
    return payload


def addressed(payload: type[PayloadT]) -> type[PayloadT]:
    """Mark a payload that goes to the gateway of a named topic, such as a document, whose kind names it."""
    setattr(payload, _MARK, _ADDRESSED)
    return payload


def is_fact(payload: type[Any]) -> bool:
    """True if a payload's type is a fact."""
    return getattr(payload, _MARK, "") == _FACT


_MARK, _FACT, _ADDRESSED = "payload_mark", "fact", "addressed"


def always(options: Options) -> bool:
    """True: the gateway hears a fact in every sandbox."""
    return True


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
    hears: Callable[[Options], bool] = always
    """For a fact: whether the gateway hears it in a sandbox with these options. What is published while it does not is
    never delivered to it."""

    def decode(self, body: str | bytes) -> list[PayloadT]:
        """Decode the payloads of a delivery; raises `msgspec.ValidationError` if it is invalid."""
        payload: Any = self.payload
        payloads: list[PayloadT] = _decoder(payload).decode(body)
        return payloads


@cache
def _decoder(payload: Any) -> msgspec.json.Decoder[list[Any]]:
    return msgspec.json.Decoder(list[payload])


class Hearer(NamedTuple):
    """A gateway that hears a fact: its route, and in which sandboxes."""

    route: Route
    hears: Callable[[Options], bool]


class Routes:
    """The routes to topics, by the type of their payloads."""

    def __init__(self, tables: Iterable[tuple[str, Iterable[Topic[Any, Any, Any]]]]) -> None:
        """`tables`: pairs (queue, its topics). Raises `ValueError` if a topic is declared twice, a gateway hears a fact
        twice, several gateways handle a payload that is no fact, or `hears` concerns no fact."""
        self._by_payload: dict[type[Any], dict[str, Route]] = {}
        self._hearers: dict[type[Any], list[Hearer]] = {}
        self.by_topic: dict[str, Route] = {}
        for queue, topics in tables:
            for topic in topics:
                if topic.name in self.by_topic:
                    raise ValueError(f"The topic {topic.name!r} is declared twice.")
                route = self.by_topic[topic.name] = Route(queue, topic.name)
                if is_fact(topic.payload):
                    self._hearers.setdefault(topic.payload, []).append(Hearer(route, topic.hears))
                elif topic.hears is not always:
                    raise ValueError(f"{topic.name!r} carries no fact: its gateway handles it in every sandbox.")
                else:
                    self._by_payload.setdefault(topic.payload, {})[topic.name] = route
        _demand_one_gateway(self._by_payload)
        _demand_one_topic_each(self._hearers)

    def of(self, payload: Any, topic: str = "") -> Route:
        """Return the route of a payload; `topic` is required if several topics have its type. Raises `TypeError` if
        there is no such route, and for a fact, which is published."""
        carriers = self._by_payload.get(type(payload), {})
        if topic in carriers:
            return carriers[topic]
        if is_fact(type(payload)):
            raise TypeError(f"{type(payload).__name__} is a fact: publish it, instead of sending it to one gateway.")
        if topic or len(carriers) != 1:
            raise TypeError(
                f"{type(payload).__name__} is carried by {sorted(carriers) or 'no topic'}; {topic!r} was named."
            )
        return next(iter(carriers.values()))

    def hearers(self, published: Any) -> Sequence[Hearer]:
        """Return the gateways that hear a fact, maybe none. Raises `TypeError` for a payload that is no fact."""
        hearers = self._hearers.get(type(published), ())
        if not hearers and not is_fact(type(published)):
            raise TypeError(f"{type(published).__name__} is no fact: send it to the gateway that handles it.")
        return hearers


def _demand_one_gateway(by_payload: Mapping[type[Any], Mapping[str, Route]]) -> None:
    for payload, carriers in by_payload.items():
        queues = sorted({route.queue for route in carriers.values()})
        if len(queues) > 1 and getattr(payload, _MARK, "") != _ADDRESSED:
            raise ValueError(f"{payload.__name__} is handled by {', '.join(queues)}: only a fact has several hearers.")


def _demand_one_topic_each(by_fact: Mapping[type[Any], Sequence[Hearer]]) -> None:
    for payload, hearers in by_fact.items():
        if len({hearer.route.queue for hearer in hearers}) < len(hearers):
            topics = ", ".join(sorted(hearer.route.topic for hearer in hearers))
            raise ValueError(f"{payload.__name__} reaches a gateway twice: {topics}.")


NO_ROUTES = Routes(())
"""Routes of a desk for previews, which sends nothing."""
