"""Traders: exempt-and-refund (免退税): purchase price times refund rate, independent of the export price."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from declarations.money import Scaled, decimal, plain, scaled, to_fen
from declarations.reasons import Reason
from declarations.refund.consumption import ConsumptionRefund
from declarations.refund.rates import percent

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


def refund(
    base: Scaled,
    levy: Decimal,
    table_rate: Decimal,
    consumption: ConsumptionRefund | None = None,
    link_no: str = "",
    parameters: tuple[str, ...] = (),
) -> TraderAmounts:
    """Return the amounts of one link, each rounded once (reading 35), at the lower of table rate and invoice rate (37).

    `parameters` name the row of the rate table. No amount is negative if the base is not.
    """
    rate = min(table_rate, levy)
    exact = decimal(base)
    paid, cost = scaled(to_fen(exact * rate)), scaled(to_fen(exact * (levy - rate)))
    shown = {
        "link": link_no,
        "base": plain(base),
        "levy": percent(levy),
        "table": percent(table_rate),
        "rate": percent(rate),
    }
    working = [
        Reason(REFUND, {**shown, "refund": plain(paid)}, parameters),
        Reason(COST, {**shown, "cost": plain(cost)}, parameters),
    ]
    if consumption is not None:
        working.append(consumption.working)
    return TraderAmounts(paid, cost, consumption.amount if consumption else 0, rate, tuple(working))
