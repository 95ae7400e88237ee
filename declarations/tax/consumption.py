"""Consumption tax: the rates that apply to a line of goods. The dated parameter names the method.

Thresholds are compared by multiplication, not division, and nothing is rounded here (readings 12 to 15).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from declarations.documents import InventoryLine
from declarations.money import Scaled
from declarations.parameters import look_up_method
from declarations.tax.content import content_of
from declarations.tax.rates import MICRO, LineRates

LITRE = "095"
NO_CONTENT = "14021"
NO_LITRES = "14022"
HIGH_END, OTHER = "high_end", "other"
"""What an officer decides of cosmetics whose net content cannot be read."""


class Charge(NamedTuple):
    """The consumption tax of a line: a rate (micro), an amount for each litre (micro-yuan), or both.

    `threshold` (micro-yuan for each `basis`) and `content` describe the test applied; `missing` is the code of the fact
    that the test needs and the declaration lacks; `decided`: `HIGH_END` or `OTHER` where an officer decided instead.
    """

    rate: int = 0
    specific: int = 0
    litres: Scaled = 0
    basis: str = ""
    threshold: int = 0
    content: Scaled = 0
    missing: str = ""
    decided: str = ""


Method = Callable[[InventoryLine, Scaled, LineRates, bool | None], Charge]


def charge_of(line: InventoryLine, value: Scaled, rates: LineRates, high_end: bool | None = None) -> Charge:
    """Return the consumption tax of a line with this dutiable value; raises `LookupError` for an unknown method.

    `high_end`: what an officer decided of cosmetics whose net content cannot be read; None: nobody has."""
    return look_up_method(METHODS, rates.method, "consumption tax")(line, value, rates, high_end)


def _none(line: InventoryLine, value: Scaled, rates: LineRates, high_end: bool | None = None) -> Charge:
    return Charge()


def _ad_valorem(line: InventoryLine, value: Scaled, rates: LineRates, high_end: bool | None = None) -> Charge:
    return Charge(rate=rates.numbers["rate"])


def _from_content_price(line: InventoryLine, value: Scaled, rates: LineRates, high_end: bool | None = None) -> Charge:
    rate = rates.numbers["rate"]
    content = content_of(rates.goods.content if rates.goods else "", line.gmodel, line.unit)
    if content is None:
        # use the higher rate until an officer decides, because the guarantee must cover both outcomes
        if high_end is None:
            return Charge(rate=rate, missing=NO_CONTENT)
        return Charge(rate=rate if high_end else 0, decided=HIGH_END if high_end else OTHER)
    threshold = rates.numbers["per_piece" if content.basis == "piece" else "per_content"]
    reached = value * 10**11 >= threshold * line.qty * content.amount
    return Charge(rate if reached else 0, basis=content.basis, threshold=threshold, content=content.amount)


def _from_unit_price(line: InventoryLine, value: Scaled, rates: LineRates, high_end: bool | None = None) -> Charge:
    threshold = rates.numbers["per_unit"]
    reached = value * MICRO >= threshold * line.qty
    return Charge(rates.numbers["rate"] if reached else 0, basis="unit", threshold=threshold)


def _specific(line: InventoryLine, value: Scaled, rates: LineRates, high_end: bool | None = None) -> Charge:
    litres = _litres_of(line)
    return Charge(specific=rates.numbers["per_litre"], litres=litres, missing="" if litres else NO_LITRES)


def _compound(line: InventoryLine, value: Scaled, rates: LineRates, high_end: bool | None = None) -> Charge:
    return _specific(line, value, rates)._replace(rate=rates.numbers["rate"])


def _specific_by_price(line: InventoryLine, value: Scaled, rates: LineRates, high_end: bool | None = None) -> Charge:
    numbers, litres = rates.numbers, _litres_of(line)
    per_litre = numbers["usd_per_tonne"] * numbers["usd"]
    reached = value * numbers["litres_per_tonne"] * MICRO >= litres * per_litre
    return Charge(
        specific=numbers["per_litre_upper" if reached else "per_litre_lower"],
        litres=litres,
        basis="litre",
        threshold=per_litre // numbers["litres_per_tonne"],
        missing="" if litres else NO_LITRES,
    )


def _litres_of(line: InventoryLine) -> Scaled:
    if line.unit1 == LITRE:
        return line.qty1
    if line.unit2 == LITRE and line.qty2 is not None:
        return line.qty2
    return line.qty if line.unit == LITRE else 0


METHODS: dict[str, Method] = {
    "": _none,
    "not_levied": _none,
    "ad_valorem": _ad_valorem,
    "ad_valorem_from_content_price": _from_content_price,
    "ad_valorem_from_unit_price": _from_unit_price,
    "specific": _specific,
    "specific_by_price": _specific_by_price,
    "compound": _compound,
}
