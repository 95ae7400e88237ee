"""Buyers who use up their limits list by list and return goods: the annual allowance, the annual weight of sugar, the
stock of an account book. Exactly the returned amount may be bought again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from simulators.draws import Draws
from simulators.imports.shop import Shop
from simulators.imports.trade import INVENTORY, ORDER, PAYMENT, Expected, ImportTrade
from simulators.traded import Document, Shape
from simulators.world import World

LIMITS = "limits"
"""The fault name of such trades."""
BUYER = {
    ORDER: ("buyerRegNo", "buyerName", "buyerTelephone", "buyerIdNumber"),
    PAYMENT: ("payerName", "payerIdNumber"),
    INVENTORY: ("buyerName", "buyerTelephone", "buyerIdNumber"),
}
"""The elements of a trade's documents that identify the buyer."""
BAG = Shape(mode="9610", goods="luxury", lines=1, quantity=1, price=590_000)
SUGAR, PAIR = (Shape(mode="9610", lines=1, quantity=quantity) for quantity in (1, 2))
"""A bag of sugar, and two that weigh as much together."""
SCARCE = Shape(mode="1210", goods="scarce", lines=1, quantity=1)
CAPPED = "1701999010"
RELEASED, YEAR, WEIGHT, STOCK = Expected("800"), *(Expected("100", (code,)) for code in ("1313", "14006", "14314"))
NIGHTS = 8
"""Nights after which the goods returned on the first night are back."""
FIRST_NUMBER = 900_000
"""The first number of these trades; no others use this range, nor their order numbers."""


class LimitTrade(NamedTuple):
    """A trade of a step: the buyer's number, the goods, the expected outcome, and whether it is returned."""

    buyer: int
    shape: Shape
    expected: Expected
    story: str = ""


BOUGHT = (
    *[LimitTrade(0, BAG, RELEASED)] * 3,
    LimitTrade(1, SUGAR, RELEASED, "returned"),
    LimitTrade(2, SCARCE, RELEASED, "returned"),
)
PARTLY = LimitTrade(3, PAIR, RELEASED, "returned_partly")
STEPS = (
    (LimitTrade(0, BAG, RELEASED, "returned"), *BOUGHT, PARTLY),
    (LimitTrade(0, BAG, YEAR), LimitTrade(1, SUGAR, WEIGHT), LimitTrade(2, SCARCE, STOCK)),
    (
        LimitTrade(0, BAG, RELEASED),
        LimitTrade(1, SUGAR, RELEASED),
        LimitTrade(2, SCARCE, RELEASED, "returned"),
        LimitTrade(3, SUGAR, WEIGHT),
    ),
    (LimitTrade(0, BAG, YEAR), LimitTrade(1, SUGAR, WEIGHT), LimitTrade(2, SCARCE, STOCK)),
)
"""Trades up to the limits; beyond them; after some nights, as much again as was returned; beyond the limits again. The
scarce goods are returned in the end, so that they are in stock for another day on the same data."""


def limit_trades(world: World, seed: int, days: tuple[date, ...]) -> Iterator[list[ImportTrade]]:
    """The trades of each step, on these days; other trades of the seed and year have other buyers, except by chance."""
    number = FIRST_NUMBER
    first_buyer = Draws(world.seed, seed, LIMITS).below(1_024)
    for day, step in zip(days, STEPS, strict=True):
        shop, trades = Shop(world, seed, day), []
        for limit_trade in step:
            trade = as_bought_by(
                shop.trade(number, limit_trade.shape),
                shop.trade(FIRST_NUMBER + 10_000 + first_buyer + limit_trade.buyer),
            )
            if limit_trade.shape in (SUGAR, PAIR):
                trade = _of_sugar(trade)
            trades.append(replace(trade, fault=LIMITS, expected=limit_trade.expected, story=limit_trade.story))
            number += 1
        yield trades


def as_bought_by(trade: ImportTrade, other: ImportTrade) -> ImportTrade:
    """Give a trade the buyer of another."""
    for kind, names in BUYER.items():
        own, theirs = trade.document(kind), other.document(kind)
        if own is not None and theirs is not None:
            head = {**own.head, **{name: theirs.head[name] for name in names}}
            trade = trade.with_document(kind, Document(head, own.lines))
    return replace(trade, buyer=other.buyer)


def _of_sugar(trade: ImportTrade) -> ImportTrade:
    """A kilogram and a half of sugar, of which two are allowed in a year."""
    document = trade.document(INVENTORY)
    if document is None:
        raise ValueError(f"trade {trade.id} has no list")
    (line,) = document.lines
    line = {name: text for name, text in line.items() if name not in {"qty2", "unit2"}}
    sugar = {**line, "gcode": CAPPED, "unit1": "035", "qty1": "1.5"}
    return trade.with_document(INVENTORY, Document({**document.head}, [sugar]))
