"""The input and output of matching: lines of a claim, items of customs, lines of the sellers' invoices.

Quantities and amounts are scaled. Quantities of an item are in its first legal unit, those of an invoice in its unit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, TypeAlias

from declarations.money import Scaled
from declarations.reasons import Reason

SPECIAL, IMPORT_VAT, CONSUMPTION, VOUCHER = "1", "2", "3", "4"
"""Kinds of invoice: VAT special invoice, customs import VAT certificate, consumption-tax certificate, other voucher."""

FOR_REFUND = "1"
"""Usage of an invoice that its holder has confirmed for export refund."""

InvoiceKey: TypeAlias = tuple[str, int]
"""Invoice number and line."""


class ExportLine(NamedTuple):
    """A claim's line about exported goods: `number` is its line number, `item_no` the 21-character customs item."""

    number: int
    link_no: str
    item_no: str
    hs10: str
    name: str
    unit: str
    qty: Scaled
    currency: str
    fob: Scaled


class PurchaseLine(NamedTuple):
    """A claim's line about an invoice line: quantity, and stated amount before tax."""

    number: int
    link_no: str
    invoice_no: str
    invoice_line: int
    hs10: str
    name: str
    unit: str
    qty: Scaled
    amount: Scaled


class InvoiceLine(NamedTuple):
    """A line of an invoice; `used` is the quantity used by claims.

    `used_amount` is the amount used; None if it was not recorded, then it is proportional to `used`.
    """

    invoice_no: str
    line: int
    kind: str
    usage: str
    seller_code: str
    buyer: str
    hs10: str
    name: str
    unit: str
    qty: Scaled
    amount: Scaled
    tax_rate: Decimal
    used: Scaled
    contract_no: str
    used_amount: Scaled | None = None


class ItemFacts(NamedTuple):
    """Customs' data of an exported item; `used` is the quantity claimed and not repaid, `returned` came back.

    Both are in `unit`, the first legal unit; `unit2` is empty if there is no second.
    """

    item_no: str
    hs10: str
    unit: str
    qty: Scaled
    unit2: str
    qty2: Scaled
    used: Scaled
    returned: Scaled
    currency: str
    fob: Scaled


class InvoiceLineUse(NamedTuple):
    """A link's share of one invoice line: quantity and amount, to be added to `used`."""

    invoice_no: str
    line: int
    qty: Scaled
    amount: Scaled


class ItemUse(NamedTuple):
    """A link's share of one item, in the item's first legal unit, to be added to `used`."""

    item_no: str
    qty: Scaled


class LinkedLines(NamedTuple):
    """The lines with one link number, and their totals.

    `base` is the amount before tax on which the refund is calculated, in whole fen; `levy` the invoices' tax rate;
    `has_certificates`: consumption-tax certificates cover the whole quantity; `working`: the calculation of the base.
    If there are `reasons`, nothing is used and `base` is 0.
    """

    link_no: str
    hs10: str
    unit: str
    qty: Scaled
    exports: tuple[ExportLine, ...]
    purchases: tuple[PurchaseLine, ...]
    base: Scaled
    levy: Decimal
    reasons: tuple[Reason, ...]
    has_certificates: bool = False
    invoice_uses: tuple[InvoiceLineUse, ...] = ()
    item_uses: tuple[ItemUse, ...] = ()
    working: tuple[Reason, ...] = ()


class MatchingResult(NamedTuple):
    """All links, in the order of their numbers, and all reasons against them, in the order of lines."""

    links: tuple[LinkedLines, ...]
    reasons: tuple[Reason, ...]
