"""Manufacturers: exempt-credit-refund (免抵退税), for exports with one or several rates.

Exports are grouped by levy and refund rate. In each group the amount not creditable and the ceiling of the refund are
each rounded to fen once, then the groups are added up; so the result does not depend on the division into lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from declarations.money import MAX_AMOUNT, Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.reasons import Reason
from declarations.refund.rates import percent_text
from declarations.tax.allocation import FEN, allocate

GROUP, PAYABLE, OUTCOME = "20320", "20321", "20322"
_IN_MESSAGE = {
    "output_vat": "outputVat",
    "input_vat": "inputVat",
    "credit_forward": "creditForward",
    "free_materials": "freeMaterials",
}
NEGATIVE, NO_EXPORTS, NO_FEN, TOO_LARGE = "20325", "20326", "20327", "20328"
PERIOD = "%Y%m"
_NONE = Decimal(0)


class ExportShare(NamedTuple):
    """Exports in yuan (whole fen) with one levy and refund rate; `parameter_ids` name the row of the rate table."""

    exports: Scaled
    levy: Decimal
    rate: Decimal
    parameter_ids: tuple[str, ...] = ()


class VatReturn(NamedTuple):
    """The period's VAT return: output and input VAT, credit brought forward, duty-free materials."""

    output_vat: Scaled = 0
    input_vat: Scaled = 0
    credit_forward: Scaled = 0
    free_materials: Scaled = 0


class ManufacturerAmounts(NamedTuple):
    """All in whole fen: input VAT not creditable (N), VAT payable (PAY; negative: left over), ceiling (ECR), and the
    results: refund, exempt-credited amount, credit carried on. `working` is the calculation.
    """

    not_creditable: Scaled
    payable: Scaled
    ceiling: Scaled
    refund: Scaled
    credited: Scaled
    carry: Scaled
    working: tuple[Reason, ...]


def calculate_period(parts: Iterable[ExportShare], period: VatReturn) -> ManufacturerAmounts:
    """Return the amounts of a period whose exports have several rates.

    Duty-free materials are divided among the groups by exports (to the fen; the highest rates get the remainder). The
    amounts must have passed `faults_of`.
    """
    groups = _merge_by_rates(parts)
    shares = allocate(period.free_materials, [group.exports for group in groups]) if groups else []
    calculated = [_calculate_group(group, free_materials) for group, free_materials in zip(groups, shares, strict=True)]
    return _calculate_outcome(
        sum(group[0] for group in calculated),
        sum(group[1] for group in calculated),
        period,
        tuple(group[2] for group in calculated),
    )


def is_month_before(earlier: str, period: str) -> bool:
    """True if the first of two periods (yyyyMM) is the month directly before the second."""
    try:
        months = [
            12 * each.year + each.month for each in (datetime.strptime(text, PERIOD) for text in (earlier, period))
        ]
    except ValueError:
        return False
    return months[1] - months[0] == 1


def faults_of(parts: Iterable[ExportShare], period: VatReturn) -> tuple[Reason, ...]:
    """Return the invalid amounts, by their names in the message: negative, not in whole fen, too large to store."""
    exports = sorted(part.exports for part in parts)
    amounts = [
        *((_IN_MESSAGE[name], amount) for name, amount in period._asdict().items()),
        *(("exports", amount) for amount in exports),
    ]
    reasons = faults_of_amounts(amounts)
    sums = (
        ("exports", sum(exports)),
        ("inputVat", period.input_vat + period.credit_forward),
        ("outputVat", period.output_vat + sum(exports)),
    )
    reasons += [
        Reason(TOO_LARGE, {"name": name, "found": amount_text(amount)})
        for name, amount in sums
        if amount > scaled_of(MAX_AMOUNT)
    ]
    return tuple(reasons) if exports else (*reasons, Reason(NO_EXPORTS, {}))


def faults_of_amounts(amounts: Iterable[tuple[str, Scaled]]) -> list[Reason]:
    """Return the faults of single amounts (name in the message, amount): negative, or not in whole fen."""
    return [
        Reason(code, {"name": name, "found": amount_text(amount)})
        for name, amount in amounts
        if (code := NEGATIVE if amount < 0 else NO_FEN if amount % FEN else "")
    ]


def _merge_by_rates(parts: Iterable[ExportShare]) -> list[ExportShare]:
    """Merge exports with the same rates, in the order of rates."""
    sums: dict[tuple[Decimal, Decimal], tuple[Scaled, set[str]]] = {}
    for part in parts:
        amount, names = sums.get((part.levy, part.rate), (0, set()))
        sums[part.levy, part.rate] = amount + part.exports, names | set(part.parameter_ids)
    return [
        ExportShare(amount, levy, rate, tuple(sorted(names))) for (levy, rate), (amount, names) in sorted(sums.items())
    ]


def _calculate_group(part: ExportShare, free_materials: Scaled) -> tuple[Scaled, Scaled, Reason]:
    """Return N and ECR (reading 39) of a group, and their calculation; `free_materials`: its duty-free materials."""
    base = decimal_of(max(0, part.exports - free_materials))
    not_creditable = scaled_of(round_to_fen(base * max(_NONE, part.levy - part.rate)))
    ceiling = scaled_of(round_to_fen(base * part.rate))
    return (
        not_creditable,
        ceiling,
        Reason(
            GROUP,
            {
                "exports": amount_text(part.exports),
                "free": amount_text(free_materials),
                "levy": percent_text(part.levy),
                "rate": percent_text(part.rate),
                "not_creditable": amount_text(not_creditable),
                "ceiling": amount_text(ceiling),
            },
            part.parameter_ids,
        ),
    )


def _calculate_outcome(
    not_creditable: Scaled, ceiling: Scaled, period: VatReturn, working: tuple[Reason, ...]
) -> ManufacturerAmounts:
    payable = period.output_vat - (period.input_vat - not_creditable) - period.credit_forward
    credit_left = max(0, -payable)
    refund = min(credit_left, ceiling)
    credited, carry = ceiling - refund, credit_left - refund
    numbers = {
        "output": amount_text(period.output_vat),
        "input": amount_text(period.input_vat),
        "forward": amount_text(period.credit_forward),
        "not_creditable": amount_text(not_creditable),
        "payable": amount_text(payable),
    }
    outcome = Reason(
        OUTCOME,
        {
            "left": amount_text(credit_left),
            "ceiling": amount_text(ceiling),
            "refund": amount_text(refund),
            "credited": amount_text(credited),
            "carry": amount_text(carry),
        },
    )
    return ManufacturerAmounts(
        not_creditable, payable, ceiling, refund, credited, carry, (*working, Reason(PAYABLE, numbers), outcome)
    )
