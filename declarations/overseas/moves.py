"""A move of goods in a warehouse abroad, and what it does to the stock there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from declarations.money import Scaled, decimal_of

EVENTS = ("I", "S", "R", "T", "A", "X", "B", "C")
DAMAGED = "D"
ELSEWHERE = "ELSEWHERE"
"""The warehouse to which a transfer goes of which only the reference is told."""


class StockKey(NamedTuple):
    """The key of a ledger of stock."""

    warehouse_code: str
    sku: str
    lot: str


@dataclass(slots=True)
class StockMove:
    """A line of a notice that is booked. `at`: the instant of the event, `told` its time as it was told, `day` its
    business day at home; `item_no`: the exported item that it names, of 21 characters; `price`, `vat` of one.

    `double_of`: the move that told the same before: this one is not booked. `voucher_no`: the evidence of a sale;
    `uncounted`: an officer does not count the sale, since it has none. `asked`: its case. `undone_by`: the document
    that cancelled or replaced its notice."""

    id: int
    notice_id: int
    line: int
    ebc_code: str
    warehouse_code: str
    country: str
    event: str
    at: int
    told: str
    day: str
    recorded_at: int
    sku: str
    lot: str
    qty: Scaled
    unit: str
    condition: str = ""
    ref: str = ""
    to_warehouse: str = ""
    item_no: str = ""
    price: Scaled = 0
    currency: str = ""
    vat: Scaled = 0
    tax_included: bool = False
    tax_by: str = ""
    voucher_no: str = ""
    double_of: int = 0
    uncounted: bool = False
    asked: str = ""
    notice_no: str = ""
    undone_by: int = 0

    @property
    def key(self) -> StockKey:
        """The ledger that it is booked in."""
        return StockKey(self.warehouse_code, self.sku, self.lot)

    @property
    def is_booked(self) -> bool:
        """True unless another notice told it before, or its notice was cancelled or replaced."""
        return not self.double_of and not self.undone_by

    @property
    def effect(self) -> Scaled:
        """The change of the stock on hand; goods that are found damaged, or sellable again, stay on hand."""
        if self.event in ("I", "R"):
            return self.qty
        if self.event in ("S", "X", "B"):
            return -self.qty
        if self.event == "T":
            return self.qty if self.to_warehouse == self.warehouse_code else -self.qty
        return self.qty if self.event == "A" and self.condition != DAMAGED else 0

    @property
    def damaged(self) -> Scaled:
        """The change of the damaged goods among the stock on hand."""
        if self.condition != DAMAGED or self.event == "C":
            return 0
        return -self.qty if self.event == "A" else self.effect

    @property
    def said(self) -> tuple[str, str, int, str, str, Scaled, str]:
        """The key that tells it from another move: two notices that say the same of one reference tell one move."""
        return self.event, self.ref, self.at, self.sku, self.lot, self.qty, self.warehouse_code

    @property
    def name(self) -> str:
        """The key that tells it from other moves, in whatever order they came."""
        return "|".join((self.warehouse_code, self.told, self.ref, self.lot, str(self.qty), str(self.line)))

    @property
    def net_price(self) -> Decimal:
        """The price of one without the tax abroad."""
        return decimal_of(self.price - (self.vat if self.tax_included else 0))

    @property
    def receipt_of_one(self) -> Decimal:
        """The seller's receipt for one: with the tax that he pays himself, without that which a platform keeps."""
        own_tax = 0 if self.tax_by == "P" else self.vat
        return self.net_price + decimal_of(own_tax)


class Supply(NamedTuple):
    """A line of an export list of 9810 that has left: the item of 21 characters, goods, quantity as declared, and the
    instant of its departure. `legal_qty`: the same quantity in the unit of the item, by which claims count."""

    item_no: str
    sku: str
    country: str
    qty: Scaled
    unit: str
    departed_at: int
    by_sea: bool = False
    legal_qty: Scaled = 0
    gname: str = ""
