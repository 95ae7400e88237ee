"""The refund desk of the tax office: purchase invoices, claims, review, payment, reconciliation and repayment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.gateway import Circumstances, Heard, Hearing
from gateways.refund import exchange, filing, invoices, reconciling, repaying, review
from gateways.refund.memory import RefundMemory
from gateways.refund.reach import hold

HEARINGS: dict[str, Hearing] = {
    "agency.vat_invoice": invoices.hear_invoices,
    "agency.refund_claim": filing.hear_claims,
    "agency.reconciliation": reconciling.hear_reconciliations,
    "agency.repayment": repaying.hear_repayments,
    "exchange.collected": exchange.hear_collected,
    "customs.export_returned": repaying.hear_returned,
    "decision.refund_claim": review.decide_claims,
    "refund.acted": review.decide_as_filed_earlier,
    "deadline.refund_review": review.hear_due,
    "deadline.exchange": exchange.hear_due,
    "deadline.reconciliation": reconciling.hear_due,
}


class RefundDesk:
    """The refund desk of the tax office."""

    name = "refund"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: RefundMemory, circumstances: Circumstances) -> None:
        """The accounts of all companies concerned: whoever holds them holds their ledgers, claims and papers."""
        hold(batch, memory)
