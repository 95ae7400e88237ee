"""Every agency's gateway with its memory in the database: what consumes the queues behind reception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from gateways.customs import Customs
from gateways.forex import Forex
from gateways.gateway import Circumstances
from gateways.inspection import Inspection
from gateways.refund import RefundDesk
from gateways.registration import Registrar
from gateways.tax import Tax
from single_window.store.gateways.customs import StoredCustomsMemory
from single_window.store.gateways.forex import StoredForexMemory
from single_window.store.gateways.inspection import StoredInspectionMemory
from single_window.store.gateways.refund import StoredRefundDeskMemory
from single_window.store.gateways.registration import StoredRegistrarMemory
from single_window.store.gateways.tax import StoredTaxMemory
from single_window.store.numbering import Numbering
from single_window.work.gateway_runner import GatewayConsumer

_GATEWAYS: tuple[tuple[Callable[[], Any], Any], ...] = (
    (Customs, StoredCustomsMemory), (Inspection, StoredInspectionMemory), (Tax, StoredTaxMemory),
    (RefundDesk, StoredRefundDeskMemory), (Forex, StoredForexMemory), (Registrar, StoredRegistrarMemory),
)


def gateway_consumers(numbering: Numbering,
                      circumstances: Callable[[Connection, str], Circumstances]) -> list[GatewayConsumer]:
    """The consumers of all agencies' queues; `circumstances` says what a gateway may know of a sandbox."""
    return [GatewayConsumer(gateway(), memory, numbering, circumstances) for gateway, memory in _GATEWAYS]
