"""The registry of topics: which queue handles a topic, and as which NamedTuple its payloads are read.

On the wire a payload is the list of its fields' values, a delivery a list of payloads. Fields are only ever added at
the end and with a default, so that a delivery or deadline that an earlier version filed is still read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec

PayloadT = TypeVar("PayloadT", bound=type)


class Topic(NamedTuple):
    """A kind of message that may be delivered to a gateway."""

    name: str
    queue: str
    """The gateway that handles it."""
    payload: type[Any]
    """A NamedTuple."""
    earlier: bool
    """It is sent no more, but a database that was upgraded may hold deliveries of it."""


class UnknownPayload(TypeError):
    """Something was sent that no topic carries, or several do and none was named."""


TOPICS: dict[str, Topic] = {}
"""Every topic that a gateway handles, by name."""
_CARRIED: dict[type[Any], list[str]] = {}
_DECODERS: dict[str, msgspec.json.Decoder[list[Any]]] = {}


def carried_by(queue: str, *names: str, earlier: bool = False) -> Callable[[PayloadT], PayloadT]:
    """Register a NamedTuple as the payload of topics that a queue handles."""

    def register(payload: PayloadT) -> PayloadT:
        for name in names:
            if name in TOPICS:
                raise ValueError(f"The topic {name!r} is registered twice.")
            TOPICS[name] = Topic(name, queue, payload, earlier)
            _CARRIED.setdefault(payload, []).append(name)
        return payload

    return register


def topic_of(payload: Any, topic: str = "") -> Topic:
    """The topic that carries a payload; where several do, `topic` names one. Raises `UnknownPayload`."""
    names = _CARRIED.get(type(payload), ())
    if topic in names:
        return TOPICS[topic]
    if topic or len(names) != 1:
        raise UnknownPayload(f"{type(payload).__name__} is carried by {names or 'no topic'}; {topic!r} was named.")
    return TOPICS[names[0]]


def decode(topic: str, body: str | bytes) -> list[Any]:
    """The payloads of a delivery; raises `msgspec.ValidationError` for what no version wrote, `KeyError` for a topic
    that no gateway handles."""
    decoder = _DECODERS.get(topic)
    if decoder is None:
        payload: Any = TOPICS[topic].payload
        decoder = _DECODERS[topic] = msgspec.json.Decoder(list[payload])
    return decoder.decode(body)
