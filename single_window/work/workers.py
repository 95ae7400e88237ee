"""The workers of a process, one for each queue that it works on, and every agency's gateway with its memory in the
database: what consumes the queues behind reception."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import Connection

from gateways.customs import Customs
from gateways.forex import Forex
from gateways.inspection import Inspection
from gateways.records import Circumstances
from gateways.refund import TaxRefund
from gateways.registration import Registrar
from gateways.tax import Tax
from single_window.context import Context
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.gateways.forex import StoredForexRepository
from single_window.store.gateways.inspection import StoredInspectionRepository
from single_window.store.gateways.refund import StoredRefundRepository
from single_window.store.gateways.registration import StoredRegistrarRepository
from single_window.store.gateways.tax import StoredTaxRepository
from single_window.store.numbering import Numbering
from single_window.work import injected
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.run_to_completion import RunToCompletion
from single_window.work.worker import Consumer, Worker


def make_workers(
    context: Context, consumers: Iterable[Consumer], queues: Collection[str], fault: Callable[[str], None]
) -> dict[str, Worker]:
    """Workers by queue for those consumers whose queues are named; they handle in one transaction what follows from it,
    unless the settings forbid it. `fault` is called at named points, for tests that kill."""
    settings, workers = context.settings, dict[str, Worker]()
    run_to_completion = RunToCompletion(workers, settings.batch) if settings.run_to_completion else None
    for consumer in consumers:
        if consumer.queue in queues:
            workers[consumer.queue] = Worker(
                context.engine,
                context.numbering,
                consumer,
                settings.attempts,
                fault,
                settings.work_deadline,
                injected.poison(),
                run_to_completion,
            )
    return workers


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
