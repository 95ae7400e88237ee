"""What exporters, suppliers and banks write: plain values of their papers, before they become documents."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from simulators.refunds.items import Item

SPECIAL, CUSTOMS_VAT, CONSUMPTION, VOUCHER = "1", "2", "3", "4"
"""Kinds of purchase papers."""
SOLD_ABROAD, UNSOLD = "1", "0"
"""Whether goods in a warehouse abroad were sold when they are claimed for."""


class Bought(NamedTuple):
    """A line of a supplier's invoice: goods, quantity, yuan before tax, levy rate."""

    code: str
    name: str
    unit: str
    qty: Decimal
    amount: Decimal
    levy: Decimal


class Invoice(NamedTuple):
    """A supplier's invoice (or another paper, by `kind`), dated yyyyMMdd."""

    number: str
    kind: str
    issued: str
    contract: str
    lines: tuple[Bought, ...]


class Used(NamedTuple):
    """What a claim takes of an invoice's line, and what that cost before tax."""

    invoice: str
    line: int
    qty: Decimal
    amount: Decimal


class Link(NamedTuple):
    """Under one link number: an item, how much of it, at which price abroad, and the purchases that it came from."""

    number: str
    item: Item
    qty: Decimal
    fob: Decimal
    used: tuple[Used, ...] = ()
    sale_state: str = ""


class Claim(NamedTuple):
    """A claim. `kind` T, M or E; `period` yyyyMM; the amounts are those of a manufacturer's VAT return."""

    number: str
    kind: str
    period: str
    links: tuple[Link, ...]
    business: str = ""
    vat: tuple[tuple[str, Decimal], ...] = ()


class Collected(NamedTuple):
    """What came in for an order, in a currency (letters), from which country (letters)."""

    order_no: str
    country: str
    currency: str
    amount: Decimal


class Sold(NamedTuple):
    """What became of an item of overseas stock: how much was sold, for how much, and how the refund is reconciled."""

    link: Link
    qty: Decimal
    amount: Decimal
    outcome: str
