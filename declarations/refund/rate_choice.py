"""The refund rate of an export, by export date, the purchase's levy rate and transitions (rules 3.2).

For traders, the lower of the table's rate and the levy rate on the invoice, such as a small-scale supplier's 3 %
(reading 37). In a transition traders keep the old rate for goods bought at the old levy rate, manufacturers for all
goods; if a manufacturer's old refund rate is above the new levy rate, the difference counts as zero.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.parameters import NoValue, Parameters, Value
from declarations.parameters.tables.settlement import RateTransition
from declarations.reasons import Reason
from declarations.refund.rates import NoRefundRate, RefundRate, RefundRates, percent

FROM_TABLE = "20101"
CAPPED = "20102"
IN_TRANSITION = "20103"


class ChosenRate(NamedTuple):
    """The rate that applies, with reasons: `levy` of the purchase (manufacturers: of the day), `refund` as paid."""

    row: RefundRate
    levy: Decimal
    refund: Decimal
    reasons: tuple[Reason, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The ids of the row and of the dated values applied."""
        return tuple(dict.fromkeys(name for reason in self.reasons for name in reason.parameters))


def for_trader(hs10: str, exported_on: date, levy: Decimal, rates: RefundRates, parameters: Parameters) -> ChosenRate:
    """Return the rate for goods bought at a levy rate (a share, as on the invoice); raises `NoRefundRate`."""
    row, kept = _row(hs10, exported_on, rates, parameters)
    if kept is not None and levy == kept[0].levy:
        row = kept[0]
    else:
        kept = None
    refund, reasons = row.refund, _reasons(row, exported_on, kept, parameters)
    if levy < refund:
        value = parameters.on("refund.rate_cap", exported_on)
        reasons += (Reason(CAPPED, {"levy": percent(levy), "refund": percent(refund)}, (value.id,)),)
        refund = levy
    return ChosenRate(row, levy, refund, reasons)


def for_manufacturer(hs10: str, exported_on: date, rates: RefundRates, parameters: Parameters) -> ChosenRate:
    """Return the rate for a manufacturer's goods; `levy` is that of the export date, even if an old `refund` is
    kept."""
    row, kept = _row(hs10, exported_on, rates, parameters)
    used = kept[0] if kept is not None else row
    return ChosenRate(used, row.levy, used.refund, _reasons(used, exported_on, kept, parameters))


def _row(
    hs10: str, exported_on: date, rates: RefundRates, parameters: Parameters
) -> tuple[RefundRate, tuple[RefundRate, Value] | None]:
    """The row of the export date and, in a transition that concerns it, the (old row, rule of the transition)."""
    row = rates.on(hs10, exported_on)
    try:
        value = parameters.on("refund.transition", exported_on)
        before = rates.on(hs10, value.read(RateTransition).rates_of)
    except (NoValue, NoRefundRate):  # no transition on that day, or a code introduced after the change
        return row, None
    return row, (before, value) if before.levy != row.levy else None


def _reasons(
    row: RefundRate, exported_on: date, kept: tuple[RefundRate, Value] | None, parameters: Parameters
) -> tuple[Reason, ...]:
    value = parameters.on("refund.rate_day", exported_on)
    values = {"hs10": row.hs10, "exported": exported_on.isoformat(), "refund": percent(row.refund)}
    reasons: tuple[Reason, ...] = (Reason(FROM_TABLE, values, (row.id, value.id)),)
    if kept is not None:
        before, rule = kept
        until = "" if rule.until is None else rule.until.isoformat()
        transition = {"levy": percent(before.levy), "refund": percent(before.refund), "until": until}
        reasons += (Reason(IN_TRANSITION, transition, (rule.id,)),)
    return reasons
