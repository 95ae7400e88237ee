"""Invoices, claims, payments and stock sales as plain values, from which documents are written."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from simulators.refunds.items import ExportedItem

SPECIAL, CUSTOMS_VAT, CONSUMPTION, VOUCHER = "1", "2", "3", "4"
"""Kinds of purchase papers."""
SOLD_ABROAD, UNSOLD = "1", "0"
"""Sale state of overseas stock in a claim: sold, or not yet sold."""


class BoughtLine(NamedTuple):
    """A line of a supplier's invoice: goods, quantity, yuan before tax, levy rate."""

    code: str
    name: str
    unit: str
    qty: Decimal
    amount: Decimal
    levy: Decimal


class PurchaseInvoice(NamedTuple):
    """A supplier's invoice (or another paper, by `kind`), dated yyyyMMdd."""

    number: str
    kind: str
    issued: str
    contract: str
    lines: tuple[BoughtLine, ...]


class InvoiceUse(NamedTuple):
    """The part of an invoice's line that a claim uses, and its cost before tax."""

    invoice: str
    line: int
    qty: Decimal
    amount: Decimal


class ClaimLink(NamedTuple):
    """An item under one link number: quantity, price abroad, and the purchases that it came from."""

    number: str
    item: ExportedItem
    qty: Decimal
    fob: Decimal
    used: tuple[InvoiceUse, ...] = ()
    sale_state: str = ""


class ClaimPaper(NamedTuple):
    """A claim. `kind` T, M or E; `period` yyyyMM; the amounts are those of a manufacturer's VAT return."""

    number: str
    kind: str
    period: str
    links: tuple[ClaimLink, ...]
    business: str = ""
    vat: tuple[tuple[str, Decimal], ...] = ()


class OrderPayment(NamedTuple):
    """The payment for an order, in a currency (letters), from a country (letters)."""

    order_no: str
    country: str
    currency: str
    amount: Decimal


class StockSale(NamedTuple):
    """The sale of an item of overseas stock: quantity, amount, and how the refund is reconciled."""

    link: ClaimLink
    qty: Decimal
    amount: Decimal
    outcome: str
