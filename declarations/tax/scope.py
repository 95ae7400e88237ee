"""Decides between reduced and full tax of a list (rules 1.4, readings 17 and 18), by a dated method."""

from __future__ import annotations

from collections.abc import Callable

from declarations.documents import Inventory
from declarations.money import SCALE, Scaled
from declarations.tax.rates import Rates


def is_single_item(inventory: Inventory) -> bool:
    """True if a list has exactly one line with declared quantity 1."""
    return len(inventory.lines) == 1 and inventory.lines[0].qty == SCALE


def pays_full_tax(inventory: Inventory, value: Scaled, used: Scaled, rates: Rates) -> bool:
    """True if a list of this dutiable value pays duty, VAT and consumption tax in full.

    `used` is the amount of the buyer's yearly limit used before. False for a list that is not admitted.
    """
    return METHODS[rates.limits_method](inventory, value, used, rates)


def _above_either_limit(inventory: Inventory, value: Scaled, used: Scaled, rates: Rates) -> bool:
    return value > rates.single or used + value > rates.annual


def _single_item(inventory: Inventory, value: Scaled, used: Scaled, rates: Rates) -> bool:
    return value > rates.single and used + value <= rates.annual and is_single_item(inventory)


METHODS: dict[str, Callable[[Inventory, Scaled, Scaled, Rates], bool]] = {
    "full_tax_above_either_limit": _above_either_limit,
    "single_item_or_refused": _single_item,
}
REFUSING = frozenset({"single_item_or_refused"})
"""Methods by which a list above a limit is refused instead of taxed in full."""
