"""The refund desk of the tax office: purchase invoices, claims, review, payment, reconciliation and repayment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.gateway import Delivered, Handler
from gateways.refund import exchange, filing, invoices, reconciling, repaying, review
from gateways.refund.locks import hold
from gateways.refund.repository import RefundDesk

HANDLERS: dict[str, Handler] = {
    "agency.vat_invoice": invoices.handle_invoices,
    "agency.refund_claim": filing.handle_claims,
    "agency.reconciliation": reconciling.handle_reconciliations,
    "agency.repayment": repaying.handle_repayments,
    "exchange.collected": exchange.handle_collected,
    "customs.export_returned": repaying.handle_returned,
    "decision.refund_claim": review.decide_claims,
    "refund.acted": review.decide_as_filed_earlier,
    "deadline.refund_review": review.handle_due,
    "deadline.exchange": exchange.handle_due,
    "deadline.reconciliation": reconciling.handle_due,
}


class TaxRefund:
    """The refund desk of the tax office."""

    name = "refund"
    handlers: Mapping[str, Handler] = HANDLERS

    def hold(self, batch: Sequence[Delivered], desk: RefundDesk) -> None:
        """The accounts of all companies concerned: locking them locks their ledgers, claims and papers."""
        hold(batch, desk.repository)
