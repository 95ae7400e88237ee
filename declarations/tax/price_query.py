"""Price query (价格质疑): declared prices that require a review.

Customs may query an abnormally low price and determine the dutiable value itself (海关总署令第213号; rules 1.2). The
limits are not published; the dated values are our own choice.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from declarations.documents import Inventory, InventoryLine
from declarations.money import SCALE, amount_text
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from declarations.tax.rates import MICRO, Rates

BELOW_FLOOR = "14024"
FAR_BELOW_USUAL = "14025"


def add_price_queries(assessment: Assessment, inventory: Inventory, rates: Rates) -> Assessment:
    """Add the price queries of a list to `needs_review` of its assessment."""
    reasons = [reason for line in inventory.lines for reason in query_price(line, rates)]
    return replace(assessment, needs_review=(*assessment.needs_review, *reasons)) if reasons else assessment


def query_price(line: InventoryLine, rates: Rates) -> Iterator[Reason]:
    """Yield the reason to query the price of a line on the day of `rates`; nothing if it is accepted.

    A price is queried below the floor for a declared unit (always at 0.00), or below a share of the code's usual price
    for a first legal unit. Goods without a quantity are not compared. Either reason tells the usual price, if there is
    one.
    """
    usual = rates.usual_prices.get(line.gcode)
    if line.total_price * SCALE < rates.price_floor * line.qty:
        values = {**_line_values(line, line.qty), "floor": amount_text(rates.price_floor)}
        if usual is None:
            yield Reason(BELOW_FLOOR, values, rates.floor_used)
        else:
            known = {"usual": amount_text(usual), "unit": line.unit1}
            yield Reason(BELOW_FLOOR, {**values, **known}, (*rates.floor_used, rates.usual_used[0]))
        return
    if usual is not None and line.total_price * SCALE * MICRO < usual * rates.query_share * line.qty1:
        compared = {"usual": amount_text(usual), "unit": line.unit1, "share": f"{rates.query_share / MICRO:.0%}"}
        yield Reason(FAR_BELOW_USUAL, {**_line_values(line, line.qty1), **compared}, rates.usual_used)


def _line_values(line: InventoryLine, quantity: int) -> dict[str, str]:
    price = line.total_price * SCALE // quantity if quantity else 0
    return {
        "gnum": str(line.gnum),
        "gcode": line.gcode,
        "gname": line.gname,
        "gmodel": line.gmodel,
        "price": amount_text(price),
    }
