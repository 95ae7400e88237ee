"""Goods for overseas warehouses (9810): refunded on departure, reconciled after sale (国家税务总局公告2025年第3号).

States and steps are in `overseas_states.py`; days and periods are dated parameters. The method applies by the day of
the claim, also to earlier exports that were not claimed before.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.settlement import Overseas
from declarations.reasons import Reason
from declarations.refund.repayment import amount_to_repay

SOLD, UNSOLD = "1", "0"
PARAMETER = "refund.overseas"


class ReconciliationPeriod(NamedTuple):
    """The period in which a pre-refund must be reconciled, both days inclusive."""

    since: date
    until: date
    parameter_ids: tuple[str, ...]


class PreRefundOutcome(StrEnum):
    """The outcome of a pre-refund: same amount, other amount, unsold, or sold in part."""

    SAME = "A"
    OTHER = "B"
    UNSOLD = "C"
    PART = "P"


RESULT_CODES = {
    PreRefundOutcome.SAME: "A",
    PreRefundOutcome.OTHER: "B",
    PreRefundOutcome.PART: "B",
    PreRefundOutcome.UNSOLD: "C",
}
"""Outcome → what a reconciliation says of its line."""


class ReconciliationResult(NamedTuple):
    """Amounts of a reconciliation, in whole fen: the pre-refund reversed, the amount declared anew, the amount repaid
    in cash, and the reduction of the next claim (negative: increase). `reverse` = `declare` + `repay` + `offset`.
    `step_name` is the step of its lifecycle; `unsold` the quantity that may be claimed when it is sold.
    """

    outcome: PreRefundOutcome
    step_name: str
    reverse: Scaled
    declare: Scaled
    repay: Scaled
    offset: Scaled
    unsold: Scaled
    working: tuple[Reason, ...]


def check_admissible(
    trade_mode: str, business: str, claimed_on: date, overdue_count: int, parameters: Parameters
) -> tuple[Reason, ...]:
    """Return the reasons to refuse a pre-refund claim on a day: wrong mode or business code, method not in force, or
    `overdue_count` pre-refunds of the firm. Raises `NoValue` before 9810 existed."""
    value = parameters.on(PARAMETER, claimed_on)
    rules, parameter_ids, reasons = value.table_as(Overseas), (value.id,), []
    if trade_mode not in rules.trade_modes:
        reasons.append(Reason("20401", {"found": trade_mode, "expected": "/".join(rules.trade_modes)}, parameter_ids))
    if rules.method != "on_departure":
        reasons.append(Reason("20402", {"claimed": str(claimed_on)}, parameter_ids))
    elif business != rules.business:
        reasons.append(Reason("20403", {"found": business, "expected": rules.business}, parameter_ids))
    if overdue_count > 0 and rules.blocked_while_overdue:
        reasons.append(Reason("20404", {"count": str(overdue_count)}, parameter_ids))
    return tuple(reasons)


def reconciliation_period_of(finished_on: date, parameters: Parameters) -> ReconciliationPeriod:
    """Return the period in which a pre-refund finished on a day must be reconciled.

    It lasts from the first of the following month to a fixed day of the next year: finished 2025-02-13, from 2025-03-01
    to 2026-04-30. Raises `NoValue` for a day without periods.
    """
    value = parameters.on(PARAMETER, finished_on)
    rules = value.table_as(Overseas)
    if not rules.period_end_month:
        raise NoValue(f"{PARAMETER} (period)", finished_on)
    months = finished_on.year * 12 + finished_on.month - 1 + rules.months_before_period
    until = date(finished_on.year + rules.years_after, rules.period_end_month, rules.period_end_day)
    return ReconciliationPeriod(date(months // 12, months % 12 + 1, 1), until, (value.id,))


def check_timeliness(finished_on: date, reconciled_on: date, parameters: Parameters) -> tuple[Reason, ...]:
    """Return the reason if a reconciliation on a day is too early or too late; else empty."""
    window = reconciliation_period_of(finished_on, parameters)
    values = {"found": str(reconciled_on), "since": str(window.since), "until": str(window.until)}
    if reconciled_on < window.since:
        return (Reason("20405", values, window.parameter_ids),)
    return (
        (Reason("20406", values, window.parameter_ids),) if is_overdue(finished_on, reconciled_on, parameters) else ()
    )


def is_overdue(finished_on: date, today: date, parameters: Parameters) -> bool:
    """True if the period of a pre-refund has ended before a day."""
    return today > reconciliation_period_of(finished_on, parameters).until


def reconcile(
    pre_refund: Scaled, correct: Scaled, sold_qty: Scaled, qty: Scaled, basis: tuple[str, ...] = ()
) -> ReconciliationResult:
    """Reconcile a pre-refund (whole fen) if `sold_qty` of `qty` is sold and `correct` is the right refund for that.

    `basis`: the dated values of its period, for the result. All sold: same amount, or the difference goes into the next
    claim. Part sold: all is reversed and the sold part declared; the difference is repaid in cash, or added to the next
    claim if the right refund is higher. Raises `ValueError` for invalid amounts.
    """
    if not 0 <= sold_qty <= qty or qty <= 0 or pre_refund < 0 or correct < 0:
        raise ValueError(f"{sold_qty} of {qty} sold, pre-refund {pre_refund}, correct {correct} (scaled)")
    unsold = qty - sold_qty
    if not sold_qty:
        return _make_result(PreRefundOutcome.UNSOLD, "repay", pre_refund, 0, pre_refund, unsold, basis)
    if unsold:
        return _make_result(
            PreRefundOutcome.PART, "adjust", pre_refund, correct, max(0, pre_refund - correct), unsold, basis
        )
    if correct == pre_refund:
        return _make_result(PreRefundOutcome.SAME, "same", 0, 0, 0, 0, basis)
    return _make_result(PreRefundOutcome.OTHER, "adjust", pre_refund, correct, 0, 0, basis)


def correct_refund(
    manufacturer: bool,
    refund_left: Scaled,
    quantity_left: Scaled,
    sold_qty: Scaled,
    amount: Scaled,
    fob: Scaled,
    qty: Scaled,
) -> Scaled:
    """Return the right refund for what is sold of a line, in whole fen: a manufacturer's by the amount of the sales
    (`fob` is that of the whole `qty`), a trader's by the quantity. `refund_left`: what is left of the refund, for
    `quantity_left`."""
    if manufacturer:
        return scaled_of(round_to_fen(decimal_of(refund_left) * amount * qty / (fob * quantity_left)))
    return amount_to_repay(refund_left, quantity_left, sold_qty, 0)


def _make_result(
    outcome: PreRefundOutcome,
    when: str,
    reverse: Scaled,
    declare: Scaled,
    repay: Scaled,
    unsold: Scaled,
    basis: tuple[str, ...],
) -> ReconciliationResult:
    offset = reverse - declare - repay
    numbers = {
        "reverse": amount_text(reverse),
        "declare": amount_text(declare),
        "repay": amount_text(repay),
        "offset": amount_text(offset),
        "unsold": amount_text(unsold),
    }
    return ReconciliationResult(
        outcome=outcome,
        step_name=when,
        reverse=reverse,
        declare=declare,
        repay=repay,
        offset=offset,
        unsold=unsold,
        working=(Reason(_CODES[outcome], numbers, basis),),
    )


_CODES = {
    PreRefundOutcome.SAME: "20410",
    PreRefundOutcome.OTHER: "20411",
    PreRefundOutcome.UNSOLD: "20412",
    PreRefundOutcome.PART: "20413",
}
