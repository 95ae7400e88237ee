"""Every agency's gateway with its memory in the database: what consumes the queues behind reception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from gateways.customs import Customs
from gateways.forex import Forex
from gateways.inspection import Inspection
from gateways.records import Circumstances
from gateways.refund import TaxRefund
from gateways.registration import Registrar
from gateways.tax import Tax
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.gateways.forex import StoredForexRepository
from single_window.store.gateways.inspection import StoredInspectionRepository
from single_window.store.gateways.refund import StoredRefundRepository
from single_window.store.gateways.registration import StoredRegistrarRepository
from single_window.store.gateways.tax import StoredTaxRepository
from single_window.store.numbering import Numbering
from single_window.work.gateway_runner import GatewayConsumer

_GATEWAYS: tuple[tuple[Callable[[], Any], Any], ...] = (
    (Customs, StoredCustomsRepository),
    (Inspection, StoredInspectionRepository),
    (Tax, StoredTaxRepository),
    (TaxRefund, StoredRefundRepository),
    (Forex, StoredForexRepository),
    (Registrar, StoredRegistrarRepository),
)


def gateway_consumers(
    numbering: Numbering, circumstances: Callable[[Connection, str], Circumstances]
) -> list[GatewayConsumer]:
    """The consumers of all agencies' queues; `circumstances` gives what a gateway may know of a sandbox."""
    return [GatewayConsumer(gateway(), memory, numbering, circumstances) for gateway, memory in _GATEWAYS]
