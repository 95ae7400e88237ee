"""The refund desk of the tax office: purchase invoices, claims, review, payment, reconciliation and repayment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.gateway import Answers, Circumstances, Heard, Hearing, Item
from gateways.refund import exchange, filing, invoices, review
from gateways.refund.memory import RefundMemory
from gateways.refund.reach import hold


def _later(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    pass


HEARINGS: dict[str, Hearing] = {
    "agency.vat_invoice": invoices.hear_invoices,
    "agency.refund_claim": filing.hear_claims,
    "agency.reconciliation": _later,
    "agency.repayment": _later,
    "exchange.collected": exchange.hear_collected,
    "customs.export_returned": _later,
    "refund.acted": review.hear_acts,
    "deadline.refund_review": review.hear_due,
    "deadline.exchange": exchange.hear_due,
    "deadline.reconciliation": _later,
}


class RefundDesk:
    """The refund desk of the tax office."""

    name = "refund"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: RefundMemory, circumstances: Circumstances) -> None:
        """The accounts of all companies concerned: whoever holds them holds their ledgers, claims and papers."""
        hold(batch, memory)
