"""Customs: compares the four documents, checks limits, draws the risk lane, reviews, releases, closes, undoes.

`HEARINGS` is the table of contents: what is heard, and who in this package deals with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateways.customs import acceptance, cancellation, parcels, payment_answers, reach, release, returns, review, stock
from gateways.customs.batches import desk
from gateways.customs.batches.memory import BatchMemory
from gateways.customs.export import desk as export_desk
from gateways.customs.summaries import desk as summary_desk
from gateways.gateway import Circumstances, Heard, Hearing

HEARINGS: dict[str, Hearing] = {
    "import.order": acceptance.hear_documents,
    "import.payment": acceptance.hear_documents,
    "import.waybill": acceptance.hear_documents,
    "import.inventory": acceptance.hear_documents,
    "deadline.partners": acceptance.hear_partners_missing,
    "tax.assessed": release.hear_assessed,
    "tax.short": release.hear_short,
    "payment_data.answered": payment_answers.hear_answered,
    "deadline.payment_data": payment_answers.hear_overdue,
    "deadline.closing": release.hear_closing,
    "inspection.passed": review.hear_inspection_passed,
    "inspection.failed": review.hear_inspection_failed,
    "decision.declaration": review.decide_declarations,
    "decision.request": review.decide_requests,
    "officer.acted": review.decide_as_filed_earlier,
    "deadline.officer": review.hear_automatic_officer,
    "import.cancellation": cancellation.hear_cancellations,
    "import.refund": returns.hear_refunds,
    "tax.recomputed": returns.hear_recomputed,
    "deadline.request": returns.hear_decision_due,
    "deadline.goods_back": returns.hear_goods_back,
    "import.waybill_status": parcels.hear_statuses,
    "import.intake": parcels.hear_intakes,
    "deadline.arrival": parcels.hear_never_arrived,
    "import.stock_filing": stock.hear_filings,
    **desk.HEARINGS,
    **export_desk.HEARINGS,
    **summary_desk.HEARINGS,
}


class Customs:
    """The customs gateway."""

    name = "customs"
    hearings = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: BatchMemory, circumstances: Circumstances) -> None:
        """Batches, then trades, then persons, stock and parcels (see `reach`)."""
        reach.hold(batch, memory, circumstances)
