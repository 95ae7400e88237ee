"""Calculates the expected result of a claim from the legal formulas, independently of the window's code.

Amounts are yuan as Decimal, rounded half up to the fen where the law rounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO, CENT = Decimal(0), Decimal("0.01")
YUAN_OF = {
    "CNY": Decimal(1),
    "USD": Decimal("7.1795"),
    "EUR": Decimal("8.25"),
    "GBP": Decimal("9.5"),
    "JPY": Decimal("0.048"),
    "KRW": Decimal("0.0051"),
}
"""The customs rates of the synthetic years, which do not move."""


class VatFigures(NamedTuple):
    """A manufacturer's VAT return of a period, and the bonded materials in its exports, in yuan."""

    output: Decimal = ZERO
    input: Decimal = ZERO
    brought_forward: Decimal = ZERO
    tax_free_materials: Decimal = ZERO
    bonded_materials: Decimal = ZERO


class ManufacturerResult(NamedTuple):
    """A manufacturer's period: not creditable, payable, ceiling, refund, credited, carried forward."""

    not_creditable: Decimal
    payable: Decimal
    ceiling: Decimal
    refund: Decimal
    credited: Decimal
    carried_forward: Decimal


def round_to_fen(amount: Decimal) -> Decimal:
    """Round to the fen, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def average_cost(bought: Iterable[tuple[Decimal, Decimal]], exported: Decimal) -> Decimal:
    """The cost before tax of an exported quantity, at the average price of invoice lines (amount, quantity)."""
    lines = list(bought)
    return round_to_fen(sum((amount for amount, _ in lines), ZERO) * exported / sum((qty for _, qty in lines), ZERO))


def trader_refund(cost: Decimal, vat_rate: Decimal, refund_rate: Decimal) -> Decimal:
    """A trader's refund: what the goods cost, at the lower of the invoice's VAT rate and the table's refund rate."""
    return round_to_fen(cost * min(vat_rate, refund_rate))


def manufacturer_result(exports: Iterable[tuple[Decimal, Decimal, Decimal]], period: VatFigures) -> ManufacturerResult:
    """A manufacturer's period; exports in yuan with levy and refund rate, those of the same rates together.

    Materials bought free of tax are deducted only if all exports have the same rates.
    """
    groups: dict[tuple[Decimal, Decimal], Decimal] = {}
    for amount, levy, rate in exports:
        groups[levy, rate] = groups.get((levy, rate), ZERO) + amount
    tax_free = period.tax_free_materials if len(groups) == 1 else ZERO
    bases = [(levy, rate, max(ZERO, amount - tax_free)) for (levy, rate), amount in groups.items()]
    not_creditable = sum((round_to_fen(base * max(ZERO, levy - rate)) for levy, rate, base in bases), ZERO)
    ceiling = sum((round_to_fen(base * rate) for _, rate, base in bases), ZERO)
    payable = period.output - (period.input - not_creditable) - period.brought_forward
    credit = max(ZERO, -payable)
    refund = min(credit, ceiling)
    return ManufacturerResult(not_creditable, payable, ceiling, refund, ceiling - refund, credit - refund)


def in_yuan(fob: Decimal, currency: str) -> Decimal:
    """An export's price in yuan, to the fen."""
    return round_to_fen(fob * YUAN_OF[currency])


def domestic_sale_tax(fob: Decimal, levy: Decimal, bonded: Decimal = ZERO) -> Decimal:
    """The output VAT of an export that is taxed as a domestic sale; `fob` and the `bonded` materials in it in yuan."""
    return round_to_fen(max(ZERO, fob - bonded) / (1 + levy) * levy)
