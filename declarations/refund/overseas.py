"""Goods for overseas warehouses (9810): refunded on departure, reconciled after sale (国家税务总局公告2025年第3号).

States and steps are in `overseas_states.py`; days and periods are dated parameters. The method applies by the day of
the claim, also to earlier exports that were not claimed before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.settlement import Overseas
from declarations.reasons import Reason
from declarations.refund.repayment import amount_to_repay
from declarations.tax.allocation import allocate

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
UNSOLD_RESULT = RESULT_CODES[PreRefundOutcome.UNSOLD]


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


class PreRefundLine(NamedTuple):
    """A line that was refunded ahead of its sale: `qty` of it were exported for `fob`; its refund was calculated from
    `base` (yuan: a trader's purchase, a manufacturer's FOB) at `rate` (scaled; 0: not known). Of that, returns left
    `quantity_left` and `refund_left`. `sold_qty` of these are sold, for `amount` in the currency of the FOB."""

    qty: Scaled
    fob: Scaled
    base: Scaled
    refund: Scaled
    rate: Scaled
    quantity_left: Scaled
    refund_left: Scaled
    sold_qty: Scaled
    amount: Scaled

    @property
    def sold_as_claimed(self) -> bool:
        """True if all that is left is sold, for its share of the FOB."""
        share = decimal_of(self.fob) * self.quantity_left / self.qty
        return self.sold_qty == self.quantity_left and round_to_fen(decimal_of(self.amount)) == round_to_fen(share)


class CreditOfClaim(NamedTuple):
    """What a manufacturer's claim came to beside its refund, in whole fen: the exempt-credited amount that is left, and
    the input VAT carried on that no later claim has brought forward."""

    credited: Scaled = 0
    carry: Scaled = 0


class ReconciledClaim(NamedTuple):
    """The results of the lines of a claim, in their order, and what is left of its credit."""

    results: tuple[ReconciliationResult, ...]
    credit: CreditOfClaim


def reconcile_claim(
    manufacturer: bool, lines: Sequence[PreRefundLine], credit: CreditOfClaim, basis: tuple[str, ...] = ()
) -> ReconciledClaim:
    """Reconcile the lines of a claim ahead of sale with what is sold of them. A trader's refund follows from the
    purchase price of the goods sold, line by line; a manufacturer's from all that he sold (财税〔2012〕39号 art. 5)."""
    if manufacturer:
        return _reconcile_manufacturer(lines, credit, basis)
    results = [
        reconcile(line.refund_left, _trader_refund(line), line.sold_qty, line.quantity_left, basis) for line in lines
    ]
    return ReconciledClaim(tuple(results), credit)


def _trader_refund(line: PreRefundLine) -> Scaled:
    """The refund of the goods sold, as of an ordinary claim for them: their share of the base, times the rate; of
    consumption tax their share."""
    if line.sold_qty == line.quantity_left:
        return line.refund_left
    if not line.rate:
        return amount_to_repay(line.refund_left, line.quantity_left, line.sold_qty, 0)
    base = round_to_fen(decimal_of(line.base) * line.sold_qty / line.qty)
    consumption = line.refund - _vat_refund(decimal_of(line.base), line.rate)
    return min(
        line.refund_left,
        _vat_refund(base, line.rate) + scaled_of(round_to_fen(decimal_of(consumption) * line.sold_qty / line.qty)),
    )


def _vat_refund(base: Decimal, rate: Scaled) -> Scaled:
    return scaled_of(round_to_fen(base * decimal_of(rate)))


def _reconcile_manufacturer(
    lines: Sequence[PreRefundLine], credit: CreditOfClaim, basis: tuple[str, ...]
) -> ReconciledClaim:
    """The refund stays the smaller of the credit (留抵) and the exempt-credit-refund amount, which is recalculated from
    what is sold; the rest of that is exempt-credited. Where goods are unsold, what they lose is repaid in cash."""
    before = sum(line.refund_left for line in lines)
    ceiling = _ceiling_of_sold(lines, before + credit.credited)
    refund = min(before + credit.carry, ceiling)
    after = CreditOfClaim(ceiling - refund, credit.carry - max(0, refund - before))
    refunds = _share_refund(lines, refund)
    cash = _share_cash(lines, refunds)
    results = []
    for line, declare, repay in zip(lines, refunds, cash, strict=True):
        unsold = line.quantity_left - line.sold_qty
        same = line.sold_as_claimed or (declare == line.refund_left and after == credit)
        outcome = (
            PreRefundOutcome.UNSOLD
            if not line.sold_qty
            else PreRefundOutcome.PART
            if unsold
            else PreRefundOutcome.SAME
            if same
            else PreRefundOutcome.OTHER
        )
        reverse, again = (0, 0) if same and declare == line.refund_left else (line.refund_left, declare)
        step = {PreRefundOutcome.UNSOLD: "repay", PreRefundOutcome.SAME: "same"}.get(outcome, "adjust")
        results.append(_make_result(outcome, step, reverse, again, repay, unsold, basis))
    return ReconciledClaim(tuple(results), after)


def _ceiling_of_sold(lines: Sequence[PreRefundLine], ceiling: Scaled) -> Scaled:
    """The exempt-credit-refund amount of what is sold; `ceiling` is that of all that is left. Exports are added up by
    rate before rounding; where that does not come to `ceiling` (duty-free materials, returns), it is scaled."""
    if _by_rates(lines, _left_in_yuan) == ceiling and all(line.rate for line in lines if line.base):
        return _by_rates(lines, _sold_in_yuan)
    left, sold = sum(_weights(lines, _left_in_yuan)), sum(_weights(lines, _sold_in_yuan))
    return scaled_of(round_to_fen(decimal_of(ceiling) * sold / left)) if left else ceiling


def _by_rates(lines: Sequence[PreRefundLine], in_yuan: Callable[[PreRefundLine], Decimal]) -> Scaled:
    sums: dict[Scaled, Decimal] = {}
    for line in lines:
        sums[line.rate] = sums.get(line.rate, Decimal(0)) + round_to_fen(in_yuan(line))
    return sum(_vat_refund(base, rate) for rate, base in sums.items())


def _left_in_yuan(line: PreRefundLine) -> Decimal:
    return decimal_of(line.base) * line.quantity_left / line.qty


def _sold_in_yuan(line: PreRefundLine) -> Decimal:
    return decimal_of(line.base) * line.amount / line.fob if line.fob else Decimal(0)


def _weights(lines: Sequence[PreRefundLine], in_yuan: Callable[[PreRefundLine], Decimal]) -> list[Decimal]:
    """What each line counts for in the amounts of its claim; without rates by its base, without bases by its FOB."""
    if not any(line.base for line in lines):
        lines = [line._replace(base=line.fob) for line in lines]
    rated = all(line.rate for line in lines if line.base)
    return [in_yuan(line) * (decimal_of(line.rate) if rated and line.rate else 1) for line in lines]


def _share_refund(lines: Sequence[PreRefundLine], refund: Scaled) -> list[Scaled]:
    """What each line is refunded; lines that are sold as they were claimed keep theirs where that is possible."""
    if refund == sum(line.refund_left for line in lines) and all(line.sold_qty for line in lines):
        return [line.refund_left for line in lines]
    weights = list(map(scaled_of, _weights(lines, _sold_in_yuan)))
    kept = [line.refund_left if line.sold_as_claimed else 0 for line in lines]
    others = [0 if line.sold_as_claimed else weight for line, weight in zip(lines, weights, strict=True)]
    rest = refund - sum(kept)
    if rest < 0 or (rest and not any(others)):
        return allocate(refund, weights) if any(weights) else kept
    return [own + more for own, more in zip(kept, allocate(rest, others) if rest else [0] * len(kept), strict=True)]


def _share_cash(lines: Sequence[PreRefundLine], refunds: Sequence[Scaled]) -> list[Scaled]:
    """What each line repays in cash, if it is refunded `refunds`: of what the claim is refunded less, the part that
    unsold goods cause; the rest, which prices cause, is set off."""
    less = [line.refund_left - refund for line, refund in zip(lines, refunds, strict=True)]
    left, sold = _weights(lines, _left_in_yuan), _weights(lines, _sold_in_yuan)
    lost = [max(0, scaled_of(before - after)) for before, after in zip(left, sold, strict=True)]
    unsold = [line.sold_qty < line.quantity_left for line in lines]
    if sum(less) <= 0 or not any(lost):
        return [0] * len(lines)
    cash = sum(amount for amount, some in zip(allocate(sum(less), lost), unsold, strict=True) if some)
    weights = [max(0, amount) if some else 0 for amount, some in zip(less, unsold, strict=True)]
    return allocate(cash, weights) if any(weights) else [0] * len(lines)


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
