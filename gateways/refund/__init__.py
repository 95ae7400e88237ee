"""The refund desk of the tax office: purchase invoices, claims, review, payment, reconciliation and repayment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateways.gateway import Answers, Circumstances, Heard, Hearing, Item


def _hear(items: Sequence[Item], memory: Any, circumstances: Circumstances, answers: Answers) -> None:
    pass


HEARINGS: dict[str, Hearing] = {
    "agency.vat_invoice": _hear,
    "agency.refund_claim": _hear,
    "agency.reconciliation": _hear,
    "agency.repayment": _hear,
    "exchange.collected": _hear,
    "customs.export_returned": _hear,
    "refund.acted": _hear,
    "deadline.refund_review": _hear,
    "deadline.exchange": _hear,
    "deadline.reconciliation": _hear,
}


class RefundDesk:
    """The refund desk of the tax office."""

    name = "refund"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: Any, circumstances: Circumstances) -> None:
        """Nothing."""
