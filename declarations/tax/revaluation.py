"""A re-determined value (核定完税价格): the prices that customs puts in the place of queried ones, by a named method.

Customs may query an abnormally low price and determine the dutiable value itself (rules 1.2). The methods are dated
values; which one fits is the officer's judgement. Freight and insurance stay as declared, and are shared out by the new
values of the goods.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from declarations.documents import Inventory, InventoryLine
from declarations.goods import GoodsRegister
from declarations.money import SCALE, Scaled
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.tax.allocation import FEN
from declarations.tax.assessment import Assessment, TaxLine
from declarations.tax.import_tax import assess
from declarations.tax.price_query import BELOW_FLOOR, FAR_BELOW_USUAL
from declarations.tax.value import dutiable_value_of

METHODS = "valuation.methods"
ABOVE = "valuation.second_eyes_above"
"""The dated value: by how much more a value may be re-determined without a second officer."""
QUERIES = frozenset({BELOW_FLOOR, FAR_BELOW_USUAL})
"""Codes of the reasons that a price query gives."""


class Redetermined(NamedTuple):
    """A value as an officer determined it: the method, and the scaled price of a declared unit by line number."""

    method: str
    prices: Mapping[int, Scaled]


def is_queried(reasons: Collection[Reason]) -> bool:
    """True if a list waits, among other things, because a price is queried."""
    return any(reason.rule in QUERIES for reason in reasons)


def methods_on(day: date, parameters: Parameters) -> Mapping[str, str]:
    """The methods in force on a day, by name, with what receipts call them. Raises `NoValue`."""
    return dict(parameters.on(METHODS, day).table_as(dict[str, str]))


def goods_value(line: InventoryLine, price: Scaled) -> Scaled:
    """The value of a line's goods at a price of a declared unit, in whole fen."""
    step = SCALE * FEN
    return (2 * price * line.qty + step) // (2 * step) * FEN


def at_prices(inventory: Inventory, prices: Mapping[int, Scaled]) -> Inventory:
    """The list with these prices of declared units by line number; other lines stay as they are declared."""
    lines = tuple(
        replace(line, price=prices[line.gnum], total_price=goods_value(line, prices[line.gnum]))
        if line.gnum in prices
        else line
        for line in inventory.lines
    )
    return replace(inventory, lines=lines)


def raised_by(inventory: Inventory, prices: Mapping[int, Scaled]) -> Scaled:
    """By how much these prices raise the dutiable value of a list; negative: they lower it."""
    return dutiable_value_of(at_prices(inventory, prices)) - dutiable_value_of(inventory)


def assess_as_determined(
    inventory: Inventory,
    day: date,
    goods: GoodsRegister,
    parameters: Parameters,
    policy: str = "",
    *,
    full_tax: bool | None = None,
    cosmetics: Mapping[int, bool] = MappingProxyType({}),
    redetermined: Redetermined | None = None,
) -> Assessment:
    """The tax of a list as `import_tax.assess` returns it, at the prices that an officer determined, if one did."""
    supposed = at_prices(inventory, redetermined.prices) if redetermined else inventory
    assessed = assess(supposed, day, goods, parameters, policy, full_tax=full_tax, cosmetics=cosmetics)
    return explained(assessed, inventory, redetermined, day, parameters) if redetermined else assessed


def explained(
    assessment: Assessment, declared: Inventory, redetermined: Redetermined, day: date, parameters: Parameters
) -> Assessment:
    """An assessment at re-determined prices that says so: of each such line the method, the price and the declared one,
    and the dated value of the methods among those applied."""
    by_line = {line.gnum: line for line in declared.lines}
    lines = tuple(_explained(line, by_line[line.gnum], redetermined) for line in assessment.lines)
    used = (*assessment.parameter_ids, parameters.on(METHODS, day).id)
    return replace(assessment, lines=lines, parameter_ids=tuple(dict.fromkeys(used)))


def _explained(line: TaxLine, declared: InventoryLine, redetermined: Redetermined) -> TaxLine:
    if line.gnum not in redetermined.prices:
        return line
    working = replace(
        line.working,
        redetermined_by=redetermined.method,
        price=redetermined.prices[line.gnum],
        declared_price=declared.total_price * SCALE // declared.qty if declared.qty else 0,
    )
    return replace(line, working=working)
