"""The lines that matching puts together: those of a claim, of customs and of the sellers' invoices.

Quantities and amounts are scaled. Quantities of an item are counted in its first legal unit, those of an invoice in
the invoice's unit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, TypeAlias

from declarations.money import Scaled
from declarations.reasons import Reason

SPECIAL, IMPORT_VAT, CONSUMPTION, VOUCHER = "1", "2", "3", "4"
"""Kinds of invoice: VAT special invoice, customs import VAT certificate, consumption-tax certificate, other voucher."""

FOR_REFUND = "1"
"""The usage of an invoice that its holder has confirmed for export."""

InvoiceKey: TypeAlias = tuple[str, int]
"""Invoice number and line."""


class ExportLine(NamedTuple):
    """A line of a claim about exported goods: `number` is its line, `item_no` the 21 characters of the customs item."""

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
    """A claim's use of an invoice line: quantity, and the amount before tax that it states for it."""

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
    """A line of an invoice and what claims have taken from it.

    `used_amount` is what they took of its amount; None where that was not recorded: then it is in proportion to `used`.
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
    """An exported item as customs holds it; `used` is claimed (net of what was repaid), `returned` came back.

    `used` and `returned` are counted in `unit`, the first legal unit; `unit2` is empty where there is no second.
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


class InvoiceTaken(NamedTuple):
    """A link's share of one invoice line: quantity and amount, to be added to `used`."""

    invoice_no: str
    line: int
    qty: Scaled
    amount: Scaled


class ItemTaken(NamedTuple):
    """A link's share of one item, in the item's first legal unit, to be added to `used`."""

    item_no: str
    qty: Scaled


class LinkedLines(NamedTuple):
    """The lines under one link number and their total.

    `base` is the amount before tax on which the refund is calculated, in whole fen; `levy` the invoices' rate;
    `certified`: consumption-tax certificates cover the whole quantity; `working`: how the base was calculated. With
    `reasons` nothing is taken and `base` is 0.
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
    certified: bool = False
    invoices_taken: tuple[InvoiceTaken, ...] = ()
    items_taken: tuple[ItemTaken, ...] = ()
    working: tuple[Reason, ...] = ()


class Matched(NamedTuple):
    """All links in the order of their numbers, and every reason against them in the order of the lines."""

    links: tuple[LinkedLines, ...]
    reasons: tuple[Reason, ...]
