"""Draws the goods, quantities and prices of a trade so that the list stays within the limits.

Amounts are whole fen, weights whole grams. A drawn basket stays under `ROOM`; one with a given price may be above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulators.amounts import withheld_tax
from simulators.draws import Draws
from simulators.imports.trade import Shape
from simulators.stock import Good

ROOM = 480_000
"""Goods of a drawn basket: with freight below the single limit, and four of them below the yearly one."""
FREIGHT = (0, 0, 500, 800, 1000, 1200, 1500, 2000)
INSURANCE = (0, 0, 0, 0, 0, 0, 100, 200)
DISCOUNT = (0, 0, 0, 0, 0, 0, 500, 1000)
LINES = (1, 1, 1, 1, 2, 2, 3)
QUANTITY = (1, 1, 1, 2, 2, 3)


class BasketLine(NamedTuple):
    """One line: goods, quantity in declared units, unit price."""

    good: Good
    quantity: int
    price: int


class Basket(NamedTuple):
    """The items and the charges of one trade; `freight` is without insurance."""

    items: tuple[BasketLine, ...]
    goods_value: int
    freight: int
    insurance: int
    discount: int
    tax: int
    net: int
    gross: int

    @property
    def paid(self) -> int:
        """The amount that the buyer pays."""
        return self.goods_value + self.freight + self.insurance + self.tax - self.discount


def fill(draws: Draws, shape: Shape, shelf: Mapping[str, Sequence[Good]]) -> Basket:
    """A basket of this shape; `shelf` gives the goods on sale by kind."""
    items = _items(draws, shape, shelf[shape.goods])
    value = sum(item.quantity * item.price for item in items)
    freight, insurance = draws.one_of(FREIGHT), draws.one_of(INSURANCE)
    net = sum(item.quantity * item.good.grams for item in items)
    return Basket(
        items=items,
        goods_value=value,
        freight=freight,
        insurance=insurance,
        discount=min(draws.one_of(DISCOUNT), value // 2),
        tax=withheld_tax(value + freight + insurance),
        net=net,
        gross=net + 80 + draws.below(400),
    )


def _items(draws: Draws, shape: Shape, on_sale: Sequence[Good]) -> tuple[BasketLine, ...]:
    count = shape.lines or draws.one_of(LINES)
    first = draws.below(len(on_sale))
    items: list[BasketLine] = []
    value = 0
    for step in range(count):
        item = _item(draws, shape, on_sale[(first + step * 7) % len(on_sale)])
        value += item.quantity * item.price
        if value > ROOM and items and not (shape.lines or shape.price is not None):
            break
        items.append(item)
    return tuple(items)


def _item(draws: Draws, shape: Shape, good: Good) -> BasketLine:
    price = draws.between(good.lowest, good.highest) if shape.price is None else shape.price
    drawn = draws.one_of(QUANTITY)
    return BasketLine(good, shape.quantity or min(drawn, max(1, ROOM // 4 // price)), price)
