"""The dutiable value (完税价格): line totals before payment discounts, with their shares of freight and insurance.

Line totals, freight and insurance are each rounded to fen by themselves first; a payment discount is never deducted.
"""

from __future__ import annotations

from typing import NamedTuple

from declarations.documents import Inventory
from declarations.money import Scaled
from declarations.tax.allocation import FEN, allocate


class LineValue(NamedTuple):
    """The value of a line of goods: goods + freight share + insurance share, all in whole fen."""

    goods: Scaled
    freight: Scaled
    insurance: Scaled

    @property
    def total(self) -> Scaled:
        """The dutiable value of the line."""
        return self.goods + self.freight + self.insurance


def whole_fen(amount: Scaled) -> Scaled:
    """A scaled amount rounded half up to whole fen, still scaled."""
    return (amount + FEN // 2) // FEN * FEN


def dutiable_value(inventory: Inventory) -> Scaled:
    """The dutiable value of a whole list, in whole fen."""
    goods = sum([whole_fen(line.total_price) for line in inventory.lines])
    return goods + whole_fen(inventory.freight) + whole_fen(inventory.insured_fee)


def line_values(inventory: Inventory) -> list[LineValue]:
    """The dutiable value of each line, in the order of the list; the line with the highest number takes remainders."""
    lines = inventory.lines
    freight, insurance = whole_fen(inventory.freight), whole_fen(inventory.insured_fee)
    if len(lines) == 1:
        return [LineValue(whole_fen(lines[0].total_price), freight, insurance)]
    order = sorted(range(len(lines)), key=lambda position: lines[position].gnum)
    goods = [whole_fen(lines[position].total_price) for position in order]
    quantities = [lines[position].qty for position in order]
    shares = zip(
        order, goods, allocate(freight, goods, quantities), allocate(insurance, goods, quantities), strict=True
    )
    values = {position: LineValue(*parts) for position, *parts in shares}
    return [values[position] for position in range(len(lines))]
