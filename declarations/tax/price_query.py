"""Price query (价格质疑): prices that customs does not accept as declared without a review.

Customs may query a declared price that is abnormally low and determine the dutiable value itself (海关总署令第213号;
rules 1.2). Which price is abnormally low is not published: the dated values say what this simulator takes for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from declarations.documents import Inventory, InventoryLine
from declarations.money import SCALE, plain
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from declarations.tax.rates import MICRO, Rates

BELOW_FLOOR = "14024"
FAR_BELOW_USUAL = "14025"


def queried(assessment: Assessment, inventory: Inventory, rates: Rates) -> Assessment:
    """The assessment of a list, with what an officer has to query about its prices among `needs_review`."""
    reasons = [reason for line in inventory.lines for reason in price_query(line, rates)]
    return replace(assessment, needs_review=(*assessment.needs_review, *reasons)) if reasons else assessment


def price_query(line: InventoryLine, rates: Rates) -> Iterator[Reason]:
    """Why the price of a line is queried on the day of `rates`; nothing: it is taken as declared.

    Below the floor for each declared unit (goods at 0.00 always are), or below the stated share of what goods of the
    code usually cost for each first legal unit. Goods without a quantity are compared with neither.
    """
    if line.total_price * SCALE < rates.price_floor * line.qty:
        floor = {"floor": plain(rates.price_floor)}
        yield Reason(BELOW_FLOOR, {**_about(line, line.qty), **floor}, rates.floor_used)
        return
    usual = rates.usual_prices.get(line.gcode)
    if usual is not None and line.total_price * SCALE * MICRO < usual * rates.query_share * line.qty1:
        compared = {"usual": plain(usual), "unit": line.unit1, "share": f"{rates.query_share / MICRO:.0%}"}
        yield Reason(FAR_BELOW_USUAL, {**_about(line, line.qty1), **compared}, rates.usual_used)


def _about(line: InventoryLine, quantity: int) -> dict[str, str]:
    price = line.total_price * SCALE // quantity if quantity else 0
    return {
        "gnum": str(line.gnum),
        "gcode": line.gcode,
        "gname": line.gname,
        "gmodel": line.gmodel,
        "price": plain(price),
    }
