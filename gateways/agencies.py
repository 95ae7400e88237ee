"""Collects all gateways, all their topics, and the routes of messages between them. An agency is declared in its own
package, `gateways/NAME/__init__.py`, as its value `AGENCY`.

Importing this module imports every handler: import it only where gateways are run or described.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gateways.agency import agencies
from gateways.gateway import Gateway
from gateways.topics.topic import Routes, Topic


def _gateway(agency: str) -> Gateway[Any, Any]:
    """The one gateway in an agency's module `topics`; raises `LookupError` if there is none of the agency's name."""
    declared = vars(import_module(f"gateways.{agency}.topics")).values()
    found = [value for value in declared if isinstance(value, Gateway)]
    if [gateway.name for gateway in found] != [agency]:
        raise LookupError(f"gateways/{agency}/topics.py must have one Gateway, named {agency!r}")
    return found[0]


GATEWAYS: tuple[Gateway[Any, Any], ...] = tuple(map(_gateway, agencies()))
TOPICS: dict[str, Topic[Any, Any, Any]] = {
    name: topic for gateway in GATEWAYS for name, topic in gateway.topics.items()
}
"""Every topic that a gateway handles, by name."""
ROUTES = Routes((gateway.name, gateway.topics.values()) for gateway in GATEWAYS)
