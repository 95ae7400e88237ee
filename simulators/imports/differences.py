"""Imports in which one document differs in one value from the others, and returns that come twice, in parts or too
late: single cases beyond the table of known faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simulators.amounts import fen
from simulators.changing import Change, apply_change
from simulators.imports.shop import Shop
from simulators.imports.stories import BY_PARTS, SLOW
from simulators.imports.trade import RELEASED, Expected, ImportTrade
from simulators.known_faults import SOURCES, FaultSources
from simulators.stock import COSMETIC, DRINK
from simulators.traded import Shape

DIFFERENCES = "differences"
"""The fault name of such trades."""
FIRST_NUMBER = 970_000
"""The first number of these trades; no others use this range."""
LIMIT = 500_000
"""The single-transaction limit in fen, including freight and insurance."""
CHANGES: tuple[tuple[str, Change], ...] = (
    ("14104", {"document": "inventory", "field": "freight", "add": "3.00"}),
    ("14107", {"document": "order", "field": "payTransactionId", "set": "Z0000000000000000"}),
    ("14103", {"document": "inventory", "field": "buyerIdNumber", "from": "other buyer's id_number"}),
    ("14110", {"document": "waybill", "field": "billNo", "set": "XX000000"}),
)
"""The code of each difference, and the change that causes it."""
RETURNED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("returned_twice", ("14032",)),
    ("returned_late", ("14031",)),
    (SLOW, ()),
)
"""Stories of returns, and the code by which one is refused."""
PIECEWISE = (
    Shape(mode="9610", goods=DRINK, lines=4, quantity=3, price=9_800),
    Shape(mode="1210", goods=COSMETIC, lines=5, quantity=3, price=29_800),
)
"""Goods with every kind of consumption tax (by price, by litre, by content); one unit of each is returned, twice."""


def differing_trades(shop: Shop) -> Iterator[ImportTrade]:
    """A trade with each difference, each return, and one at the limit of a transaction."""
    for number, (code, change) in enumerate(CHANGES, FIRST_NUMBER):
        trade = shop.trade(number, Shape(mode="9610"))
        trade = apply_change(trade, change, FaultSources(shop.world, trade, shop.buyer(number + 1)), SOURCES)
        yield replace(trade, fault=DIFFERENCES, expected=Expected("100", (code,)))
    for number, (story, codes) in enumerate(RETURNED, FIRST_NUMBER + 100):
        trade = shop.trade(number, Shape(mode="9610", lines=1, quantity=1))
        yield replace(trade, fault=DIFFERENCES, expected=Expected("800", codes), story=story)
    for number, shape in enumerate(PIECEWISE, FIRST_NUMBER + 300):
        yield replace(shop.trade(number, shape), fault=DIFFERENCES, expected=RELEASED, story=BY_PARTS)
    yield replace(_at_the_limit(shop, FIRST_NUMBER + 200), fault=DIFFERENCES, expected=RELEASED)


def _at_the_limit(shop: Shop, number: int) -> ImportTrade:
    """Two pieces whose total value is exactly the limit of a transaction."""
    two = Shape(mode="9610", goods="luxury", lines=2, quantity=1, price=LIMIT // 2)
    list_of = shop.trade(number, two).inventory
    charges = sum(fen(list_of.head.get(name) or "0") for name in ("freight", "insuredFee")) if list_of else 0
    if charges % 2:
        return _at_the_limit(shop, number + 1)
    return shop.trade(number, two._replace(price=(LIMIT - charges) // 2))
