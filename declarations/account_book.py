"""The bonded account book (账册): stock by item, drawn by lists of modes 1210 and 1239, returned if they are withdrawn.

Pure functions of the lines concerned. A list draws stock for all its lines or for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from declarations.documents import ExportInventory, Inventory
from declarations.money import Scaled, amount_text
from declarations.reasons import Reason

BookKey: TypeAlias = tuple[str, str]
"""Account book number and item number: (emsNo, itemRecordNo)."""

BONDED_MODES = frozenset({"1210", "1239"})


class BookStock(NamedTuple):
    """The stock of one item in an account book: `qty` filed, `drawn` by lists, both in `unit`."""

    ems_no: str
    item_record_no: str
    gcode: str
    unit: str
    qty: Scaled
    drawn: Scaled = 0

    @property
    def available(self) -> Scaled:
        """The quantity that lists may still draw."""
        return self.qty - self.drawn


class Drawing(NamedTuple):
    """The changed lines by key; empty if there are reasons against the drawing."""

    changes: Mapping[BookKey, BookStock]
    reasons: tuple[Reason, ...] = ()


def draw_down(book: Mapping[BookKey, BookStock], inventory: Inventory | ExportInventory) -> Drawing:
    """Draw a list's goods from a book: unknown item 14311, other goods 14312, other unit 14313, short 14314."""
    if inventory.trade_mode not in BONDED_MODES:
        return Drawing({})
    changes: dict[BookKey, BookStock] = {}
    reasons = []
    for line in inventory.lines:
        key = (inventory.ems_no, line.item_record_no)
        stock = changes.get(key) or book.get(key)
        rule, values = _find_refusal(stock, line.gcode, line.unit, line.qty)
        if rule or stock is None:
            reasons.append(Reason(rule, {"ems_no": key[0], "item_record_no": key[1], "gnum": str(line.gnum), **values}))
        else:
            changes[key] = stock._replace(drawn=stock.drawn + line.qty)
    return Drawing({}, tuple(reasons)) if reasons else Drawing(changes)


def quantities_to_return(
    drawn_quantities: Mapping[int, Scaled], returned_quantities: Mapping[int, Scaled]
) -> dict[int, Scaled]:
    """Return the quantities to return to the book, by line number: those returned, at most those drawn."""
    return {
        gnum: min(qty, returned_quantities[gnum])
        for gnum, qty in drawn_quantities.items()
        if returned_quantities.get(gnum)
    }


def _find_refusal(stock: BookStock | None, gcode: str, unit: str, qty: Scaled) -> tuple[str, dict[str, str]]:
    """The rule that forbids drawing, with its values; an empty rule if drawing is allowed."""
    if stock is None:
        return "14311", {}
    if stock.gcode != gcode:
        return "14312", {"book": stock.gcode, "declared": gcode}
    if stock.unit != unit:
        return "14313", {"book": stock.unit, "declared": unit}
    if stock.available < qty:
        return "14314", {"available": amount_text(stock.available), "declared": amount_text(qty)}
    return "", {}
