"""Manufacturers: exempt-credit-refund (免抵退税), for exports with one or several rates.

Exports are grouped by levy and refund rate. In each group the amount not creditable and the ceiling of the refund are
each rounded to fen once, then the groups are added up; so the result does not depend on the division into lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from declarations.money import MAX_AMOUNT, Scaled, decimal, plain, scaled, to_fen
from declarations.reasons import Reason
from declarations.refund.rates import percent
from declarations.tax.allocation import FEN, allocate

GROUP, PAYABLE, OUTCOME = "20320", "20321", "20322"
_IN_MESSAGE = {
    "output_vat": "outputVat",
    "input_vat": "inputVat",
    "credit_forward": "creditForward",
    "free_materials": "freeMaterials",
}
NEGATIVE, NO_EXPORTS, NO_FEN, TOO_LARGE = "20325", "20326", "20327", "20328"
_NONE = Decimal(0)


class ExportShare(NamedTuple):
    """Exports in yuan (whole fen) with one levy and refund rate; `parameters` name the row of the rate table."""

    exports: Scaled
    levy: Decimal
    rate: Decimal
    parameters: tuple[str, ...] = ()


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


def exempt_credit_refund(
    exports: Scaled,
    levy: Decimal,
    rate: Decimal,
    output_vat: Scaled,
    input_vat: Scaled,
    credit_forward: Scaled,
    free_materials: Scaled,
) -> ManufacturerAmounts:
    """Return the amounts of a period whose exports have one rate."""
    return of_several(
        (ExportShare(exports, levy, rate),), VatReturn(output_vat, input_vat, credit_forward, free_materials)
    )


def of_several(parts: Iterable[ExportShare], period: VatReturn) -> ManufacturerAmounts:
    """Return the amounts of a period whose exports have several rates.

    Duty-free materials are divided among the groups by exports (to the fen; the highest rates get the remainder). The
    amounts must have passed `faults`.
    """
    groups = _groups(parts)
    shares = allocate(period.free_materials, [group.exports for group in groups]) if groups else []
    calculated = [_group(group, free) for group, free in zip(groups, shares, strict=True)]
    return _outcome(
        sum(group[0] for group in calculated),
        sum(group[1] for group in calculated),
        period,
        tuple(group[2] for group in calculated),
    )


def faults(parts: Iterable[ExportShare], period: VatReturn) -> tuple[Reason, ...]:
    """Return the invalid amounts, by their names in the message: negative, not in whole fen, too large to store."""
    exports = sorted(part.exports for part in parts)
    amounts = [
        *((_IN_MESSAGE[name], amount) for name, amount in period._asdict().items()),
        *(("exports", amount) for amount in exports),
    ]
    reasons = [
        Reason(code, {"name": name, "found": plain(amount)})
        for name, amount in amounts
        if (code := NEGATIVE if amount < 0 else NO_FEN if amount % FEN else "")
    ]
    sums = (
        ("exports", sum(exports)),
        ("inputVat", period.input_vat + period.credit_forward),
        ("outputVat", period.output_vat + sum(exports)),
    )
    reasons += [
        Reason(TOO_LARGE, {"name": name, "found": plain(amount)})
        for name, amount in sums
        if amount > scaled(MAX_AMOUNT)
    ]
    return tuple(reasons) if exports else (*reasons, Reason(NO_EXPORTS, {}))


def _groups(parts: Iterable[ExportShare]) -> list[ExportShare]:
    """Merge exports with the same rates, in the order of rates."""
    sums: dict[tuple[Decimal, Decimal], tuple[Scaled, set[str]]] = {}
    for part in parts:
        amount, names = sums.get((part.levy, part.rate), (0, set()))
        sums[part.levy, part.rate] = amount + part.exports, names | set(part.parameters)
    return [
        ExportShare(amount, levy, rate, tuple(sorted(names))) for (levy, rate), (amount, names) in sorted(sums.items())
    ]


def _group(part: ExportShare, free: Scaled) -> tuple[Scaled, Scaled, Reason]:
    """Return N and ECR (reading 39) of a group, and their calculation; `free`: its duty-free materials."""
    base = decimal(max(0, part.exports - free))
    not_creditable = scaled(to_fen(base * max(_NONE, part.levy - part.rate)))
    ceiling = scaled(to_fen(base * part.rate))
    return (
        not_creditable,
        ceiling,
        Reason(
            GROUP,
            {
                "exports": plain(part.exports),
                "free": plain(free),
                "levy": percent(part.levy),
                "rate": percent(part.rate),
                "not_creditable": plain(not_creditable),
                "ceiling": plain(ceiling),
            },
            part.parameters,
        ),
    )


def _outcome(
    not_creditable: Scaled, ceiling: Scaled, period: VatReturn, working: tuple[Reason, ...]
) -> ManufacturerAmounts:
    payable = period.output_vat - (period.input_vat - not_creditable) - period.credit_forward
    left = max(0, -payable)
    refund = min(left, ceiling)
    credited, carry = ceiling - refund, left - refund
    numbers = {
        "output": plain(period.output_vat),
        "input": plain(period.input_vat),
        "forward": plain(period.credit_forward),
        "not_creditable": plain(not_creditable),
        "payable": plain(payable),
    }
    outcome = Reason(
        OUTCOME,
        {
            "left": plain(left),
            "ceiling": plain(ceiling),
            "refund": plain(refund),
            "credited": plain(credited),
            "carry": plain(carry),
        },
    )
    return ManufacturerAmounts(
        not_creditable, payable, ceiling, refund, credited, carry, (*working, Reason(PAYABLE, numbers), outcome)
    )
