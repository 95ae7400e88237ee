"""The tax gateway: assesses, reserves the guarantee, makes the bill (816), collects it, voids it on return (818)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.gateway import Delivered, Handler
from gateways.tax import assessment, billing, collection
from gateways.tax.repository import TaxDesk

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
        """Bills, then guarantees. Every item begins with its declaration's id; one to be assessed names its list."""
        bills = desk.repository.bills(sorted({one.item[0] for one in batch}))
        lists = desk.repository.inventories(sorted({one.item[1] for one in batch if one.topic == "tax.requested"}))
        desk.repository.guarantees(sorted({*(bill.assure_code for bill in bills.values()),
                                           *(facts.assure_code for _, _, facts in lists.values())}))
