"""Creates the consumers of agencies' queues: each gateway with its repository in the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import Connection

from gateways.agencies import GATEWAYS, ROUTES
from gateways.records import Circumstances
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.gateways.forex import StoredForexRepository
from single_window.store.gateways.inspection import StoredInspectionRepository
from single_window.store.gateways.refund import StoredRefundRepository
from single_window.store.gateways.registration import StoredRegistrarRepository
from single_window.store.gateways.tax import StoredTaxRepository
from single_window.store.numbering import Numbering
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.worker import DeliveryConsumer

REPOSITORIES: Mapping[str, Callable[..., Any]] = {
    "customs": StoredCustomsRepository,
    "inspection": StoredInspectionRepository,
    "tax": StoredTaxRepository,
    "refund": StoredRefundRepository,
    "forex": StoredForexRepository,
    "registration": StoredRegistrarRepository,
}


def consumers(
    numbering: Numbering, circumstances: Callable[[Connection, str], Circumstances], queues: Collection[str]
) -> list[DeliveryConsumer]:
    """The consumers of the named agencies' queues."""
    return [
        GatewayConsumer(gateway, REPOSITORIES[gateway.name], ROUTES, numbering, circumstances)
        for gateway in GATEWAYS
        if gateway.name in queues
    ]
