"""The tax gateway: assesses, reserves the guarantee, makes the bill (816), collects it, voids it on return (818)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.gateway import Circumstances, Heard, Hearing
from gateways.tax import assessment, billing, collection
from gateways.tax.memory import TaxMemory

HEARINGS: dict[str, Hearing] = {
    "tax.requested": assessment.hear_requested,
    "tax.dropped": assessment.hear_dropped,
    "customs.released": billing.hear_released,
    "customs.returned": billing.hear_returned,
    "customs.return_filed": collection.hear_return_filed,
    "deadline.collection": collection.hear_due,
    "decision.tax_bill": collection.decide_bills,
}


class Tax:
    """The tax gateway."""

    name = "tax"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: TaxMemory, circumstances: Circumstances) -> None:
        """Bills, then guarantees. Every item begins with its declaration's id; one to be assessed names its list."""
        bills = memory.bills(sorted({one.item[0] for one in batch}))
        lists = memory.inventories(sorted({one.item[1] for one in batch if one.topic == "tax.requested"}))
        memory.guarantees(sorted({*(bill.assure_code for bill in bills.values()),
                                  *(facts.assure_code for _, _, facts in lists.values())}))
