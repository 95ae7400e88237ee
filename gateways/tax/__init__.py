"""The tax gateway: assesses, reserves the guarantee, makes the bill (816), collects it, voids it on return (818)."""

from __future__ import annotations

from collections.abc import Mapping

from gateways.gateway import Hearing
from gateways.tax import assessment, billing, collection

HEARINGS: dict[str, Hearing] = {
    "tax.requested": assessment.hear_requested,
    "tax.dropped": assessment.hear_dropped,
    "customs.released": billing.hear_released,
    "customs.returned": billing.hear_returned,
    "customs.return_filed": collection.hear_return_filed,
    "deadline.collection": collection.hear_due,
}


class Tax:
    """The tax gateway."""

    name = "tax"
    hearings: Mapping[str, Hearing] = HEARINGS
