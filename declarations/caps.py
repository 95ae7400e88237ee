"""The net weight of a line of goods, which counts against the yearly quantity caps of the positive list."""

from __future__ import annotations

from types import MappingProxyType

from declarations.documents import Inventory, InventoryLine
from declarations.money import Scaled

GROUPS = MappingProxyType({"sugar": "食糖", "rice": "大米"})
"""The Chinese names of the groups of the package's register."""
_KILOGRAMS = {"035": (1, 1), "036": (1, 1000), "070": (1000, 1)}
"""Units 千克, 克, 吨 as a fraction of a kilogram."""


def net_weight_of(line: InventoryLine, inventory: Inventory) -> Scaled:
    """Return the net weight of a line in kg, rounded up: the first of its two statutory quantities (法定数量) and its
    declared quantity that is in a unit of weight.

    A line without such a quantity counts as the whole list's net weight, so that omitting it does not evade a cap.
    """
    for quantity, unit in ((line.qty1, line.unit1), (line.qty2, line.unit2), (line.qty, line.unit)):
        if quantity is not None and unit in _KILOGRAMS:
            factor, divisor = _KILOGRAMS[unit]
            return -(-quantity * factor // divisor)
    return inventory.net_weight
