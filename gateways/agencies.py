"""All gateways, all their topics, and the routes of messages between them.

Importing this module imports every handler: import it only where gateways are run or described.
"""

from __future__ import annotations

from typing import Any

from gateways.customs.topics import CUSTOMS
from gateways.forex.topics import FOREX
from gateways.gateway import Gateway
from gateways.inspection import INSPECTION
from gateways.refund.topics import REFUND
from gateways.registration.topics import REGISTRAR
from gateways.tax.topics import TAX
from gateways.topics.topic import Routes, Topic

GATEWAYS: tuple[Gateway[Any, Any], ...] = (CUSTOMS, INSPECTION, TAX, REFUND, FOREX, REGISTRAR)
TOPICS: dict[str, Topic[Any, Any, Any]] = {
    name: topic for gateway in GATEWAYS for name, topic in gateway.topics.items()
}
"""Every topic that a gateway handles, by name."""
ROUTES = Routes((gateway.name, gateway.topics.values()) for gateway in GATEWAYS)
