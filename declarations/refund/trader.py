"""Traders: exempt-and-refund (免退税): purchase price times refund rate, independent of the export price."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.reasons import Reason
from declarations.refund.consumption import ConsumptionRefund
from declarations.refund.rates import percent_text

REFUND, COST = "20300", "20301"


class TraderAmounts(NamedTuple):
    """VAT refund, VAT that becomes cost, consumption-tax refund, in whole fen; the rate used; the calculation."""

    refund: Scaled
    cost: Scaled
    consumption: Scaled
    rate: Decimal
    working: tuple[Reason, ...]

    @property
    def total(self) -> Scaled:
        """The total refund."""
        return self.refund + self.consumption


def calculate_refund(
    base: Scaled,
    levy: Decimal,
    table_rate: Decimal,
    consumption: ConsumptionRefund | None = None,
    link_no: str = "",
    parameter_ids: tuple[str, ...] = (),
) -> TraderAmounts:
    """Return the amounts of one link, each rounded once (reading 35), at the lower of table rate and invoice rate (37).

    `parameter_ids` name the row of the rate table. No amount is negative if the base is not.
    """
    rate = min(table_rate, levy)
    base_in_yuan = decimal_of(base)
    refund_amount, cost = (
        scaled_of(round_to_fen(base_in_yuan * rate)),
        scaled_of(round_to_fen(base_in_yuan * (levy - rate))),
    )
    values = {
        "link": link_no,
        "base": amount_text(base),
        "levy": percent_text(levy),
        "table": percent_text(table_rate),
        "rate": percent_text(rate),
    }
    working = [
        Reason(REFUND, {**values, "refund": amount_text(refund_amount)}, parameter_ids),
        Reason(COST, {**values, "cost": amount_text(cost)}, parameter_ids),
    ]
    if consumption is not None:
        working.append(consumption.working)
    return TraderAmounts(refund_amount, cost, consumption.amount if consumption else 0, rate, tuple(working))
