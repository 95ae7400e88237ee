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
from declarations.refund.rates import NoRefundRate, RefundRate, RefundRates, percent_text

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
    def parameter_ids(self) -> tuple[str, ...]:
        """The ids of the row and of the dated values applied."""
        return tuple(dict.fromkeys(name for reason in self.reasons for name in reason.parameter_ids))


def choose_for_trader(
    hs10: str, exported_on: date, levy: Decimal, rates: RefundRates, parameters: Parameters
) -> ChosenRate:
    """Return the rate for goods bought at a levy rate (a share, as on the invoice); raises `NoRefundRate`."""
    row, old_row = _find_row(hs10, exported_on, rates, parameters)
    if old_row is not None and levy == old_row[0].levy:
        row = old_row[0]
    else:
        old_row = None
    refund, reasons = row.refund, _reasons_of(row, exported_on, old_row, parameters)
    if levy < refund:
        value = parameters.on("refund.rate_cap", exported_on)
        reasons += (Reason(CAPPED, {"levy": percent_text(levy), "refund": percent_text(refund)}, (value.id,)),)
        refund = levy
    return ChosenRate(row, levy, refund, reasons)


def choose_for_manufacturer(hs10: str, exported_on: date, rates: RefundRates, parameters: Parameters) -> ChosenRate:
    """Return the rate for a manufacturer's goods; `levy` is that of the export date, even if an old `refund` is
    kept."""
    row, old_row = _find_row(hs10, exported_on, rates, parameters)
    row_used = old_row[0] if old_row is not None else row
    return ChosenRate(row_used, row.levy, row_used.refund, _reasons_of(row_used, exported_on, old_row, parameters))


def _find_row(
    hs10: str, exported_on: date, rates: RefundRates, parameters: Parameters
) -> tuple[RefundRate, tuple[RefundRate, Value] | None]:
    """The row of the export date and, in a transition that concerns it, the (old row, rule of the transition)."""
    row = rates.on(hs10, exported_on)
    try:
        value = parameters.on("refund.transition", exported_on)
        before = rates.on(hs10, value.table_as(RateTransition).rates_of)
    except (NoValue, NoRefundRate):  # no transition on that day, or a code introduced after the change
        return row, None
    return row, (before, value) if before.levy != row.levy else None


def _reasons_of(
    row: RefundRate, exported_on: date, old_row: tuple[RefundRate, Value] | None, parameters: Parameters
) -> tuple[Reason, ...]:
    value = parameters.on("refund.rate_day", exported_on)
    values = {"hs10": row.hs10, "exported": exported_on.isoformat(), "refund": percent_text(row.refund)}
    reasons: tuple[Reason, ...] = (Reason(FROM_TABLE, values, (row.id, value.id)),)
    if old_row is not None:
        before, rule = old_row
        until = "" if rule.until is None else rule.until.isoformat()
        transition = {"levy": percent_text(before.levy), "refund": percent_text(before.refund), "until": until}
        reasons += (Reason(IN_TRANSITION, transition, (rule.id,)),)
    return reasons
