"""The dutiable value (完税价格): line totals, with their shares of freight and insurance.

Line totals, freight and insurance are each rounded to fen first; a payment discount is never deducted.
"""

from __future__ import annotations

from typing import NamedTuple

from declarations.documents import Inventory
from declarations.money import Scaled
from declarations.tax.allocation import FEN, allocate


class LineValue(NamedTuple):
    """The parts of a line's value, all in whole fen: goods, share of freight, share of insurance."""

    goods: Scaled
    freight: Scaled
    insurance: Scaled

    @property
    def total(self) -> Scaled:
        """The dutiable value of the line."""
        return self.goods + self.freight + self.insurance


def round_to_whole_fen(amount: Scaled) -> Scaled:
    """Round a scaled amount half up to whole fen; return it scaled."""
    return (amount + FEN // 2) // FEN * FEN


def dutiable_value_of(inventory: Inventory) -> Scaled:
    """Return the dutiable value of a list, in whole fen."""
    goods = sum([round_to_whole_fen(line.total_price) for line in inventory.lines])
    return goods + round_to_whole_fen(inventory.freight) + round_to_whole_fen(inventory.insured_fee)


def line_values_of(inventory: Inventory) -> list[LineValue]:
    """Return the dutiable value of each line, in the order of the list; the line with the highest number gets the
    remainders."""
    lines = inventory.lines
    freight, insurance = round_to_whole_fen(inventory.freight), round_to_whole_fen(inventory.insured_fee)
    if len(lines) == 1:
        return [LineValue(round_to_whole_fen(lines[0].total_price), freight, insurance)]
    order = sorted(range(len(lines)), key=lambda position: lines[position].gnum)
    goods = [round_to_whole_fen(lines[position].total_price) for position in order]
    quantities = [lines[position].qty for position in order]
    shares = zip(
        order, goods, allocate(freight, goods, quantities), allocate(insurance, goods, quantities), strict=True
    )
    values = {position: LineValue(*parts) for position, *parts in shares}
    return [values[position] for position in range(len(lines))]
