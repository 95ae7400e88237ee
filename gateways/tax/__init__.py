"""The tax gateway: assesses, reserves the guarantee, makes the bill (816), collects it, voids it on return (818)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateways.gateway import Delivered, Handler
from gateways.tax import assessment, billing, collection
from gateways.tax.repository import TaxDesk
from gateways.topics.shared import Decision
from gateways.topics.tax import TaxRequested

HANDLERS: dict[str, Handler] = {
    "tax.requested": assessment.handle_requested,
    "tax.dropped": assessment.handle_dropped,
    "customs.released": billing.handle_released,
    "customs.returned": billing.handle_returned,
    "customs.return_filed": collection.handle_return_filed,
    "deadline.collection": collection.handle_due,
    "decision.tax_bill": collection.decide_bills,
}


class Tax:
    """The tax gateway."""

    name = "tax"
    handlers: Mapping[str, Handler] = HANDLERS

    def hold(self, batch: Sequence[Delivered], desk: TaxDesk) -> None:
        """Bills, then guarantees. Every payload names its declaration; one to be assessed names its list, too."""
        payloads = [delivered.payload for delivered in batch]
        bills = desk.repository.bills(sorted({_declaration_id(payload) for payload in payloads}))
        lists = desk.repository.inventories(
            sorted({payload.document_id for payload in payloads if isinstance(payload, TaxRequested)})
        )
        desk.repository.guarantees(
            sorted(
                {
                    *(bill.assure_code for bill in bills.values()),
                    *(listed.facts.assure_code for listed in lists.values()),
                }
            )
        )


def _declaration_id(payload: Any) -> int:
    number: int = payload.subject_id if isinstance(payload, Decision) else payload.declaration_id
    return number
