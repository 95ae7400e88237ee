"""Customs: compares the four documents, checks limits, draws the risk lane, reviews, releases, closes, undoes.

`HANDLERS` is the table of contents: the topics, and the function of this package that handles each.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateways.customs import acceptance, cancellation, locks, parcels, payment_answers, release, returns, review, stock
from gateways.customs.batches import handlers as batch_handlers
from gateways.customs.batches.repository import BatchDesk
from gateways.customs.export import handlers as export_handlers
from gateways.customs.summaries import handlers as summary_handlers
from gateways.gateway import Delivered, Handler

HANDLERS: dict[str, Handler] = {
    "import.order": acceptance.handle_documents,
    "import.payment": acceptance.handle_documents,
    "import.waybill": acceptance.handle_documents,
    "import.inventory": acceptance.handle_documents,
    "deadline.partners": acceptance.handle_partners_missing,
    "tax.assessed": release.handle_assessed,
    "tax.short": release.handle_short,
    "payment_data.answered": payment_answers.handle_answered,
    "deadline.payment_data": payment_answers.handle_overdue,
    "deadline.closing": release.handle_closing,
    "inspection.passed": review.handle_inspection_passed,
    "inspection.failed": review.handle_inspection_failed,
    "decision.declaration": review.decide_declarations,
    "decision.request": review.decide_requests,
    "officer.acted": review.decide_as_filed_earlier,
    "deadline.officer": review.handle_automatic_officer,
    "import.cancellation": cancellation.handle_cancellations,
    "import.refund": returns.handle_refunds,
    "tax.recomputed": returns.handle_recomputed,
    "deadline.request": returns.handle_decision_due,
    "deadline.goods_back": returns.handle_goods_back,
    "import.waybill_status": parcels.handle_statuses,
    "import.intake": parcels.handle_intakes,
    "deadline.arrival": parcels.handle_never_arrived,
    "import.stock_filing": stock.handle_filings,
    **batch_handlers.HANDLERS,
    **export_handlers.HANDLERS,
    **summary_handlers.HANDLERS,
}


class Customs:
    """The customs gateway."""

    name = "customs"
    handlers = HANDLERS

    def hold(self, batch: Sequence[Delivered], desk: BatchDesk) -> None:
        """Batches, then trades, then persons, stock and parcels (see `reach`)."""
        locks.hold(batch, desk)
