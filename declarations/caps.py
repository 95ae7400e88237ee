"""Yearly quantity caps of the positive list are net kilograms: how many a line of goods weighs."""

from __future__ import annotations

from declarations.documents import Inventory, InventoryLine
from declarations.money import Scaled

_KILOGRAMS = {"035": (1, 1), "036": (1, 1000), "070": (1000, 1)}
"""Units 千克, 克, 吨 as a fraction of a kilogram."""


def measure(line: InventoryLine, inventory: Inventory) -> Scaled:
    """The net weight of a line in kg, rounded up: from a legal quantity in a unit of weight, else the declared one.

    A line without any weight counts as much as the whole list's net weight: a cap is never passed by silence.
    """
    for quantity, unit in ((line.qty1, line.unit1), (line.qty2, line.unit2), (line.qty, line.unit)):
        if quantity is not None and unit in _KILOGRAMS:
            times, divisor = _KILOGRAMS[unit]
            return -(-quantity * times // divisor)
    return inventory.net_weight
