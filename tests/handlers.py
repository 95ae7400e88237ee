"""Gateways like those of the product, some of whose topics are handled otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from gateways.gateway import Gateway

Handler: TypeAlias = Callable[[Sequence[Any], Any], None]


def rehandled(gateway: Gateway[Any, Any], handlers: Mapping[str, Handler]) -> Gateway[Any, Any]:
    """The same gateway with other handlers for some topics, by name."""
    topics = [replace(topic, handler=handlers.get(name, topic.handler)) for name, topic in gateway.topics.items()]
    return Gateway(gateway.name, topics, gateway.take_locks)
