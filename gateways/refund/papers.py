"""Rows of the refund desk: purchase papers, claims with their lines, entries of money, other papers.

Amounts and quantities are scaled; days are ISO texts, instants milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from declarations.reasons import Reason
from gateways.records import Stamped


@dataclass(slots=True)
class Invoice(Stamped):
    """A purchase paper; only one paper with the same number may be `accepted` or `used`."""

    id: int
    key: str
    invoice_no: str
    state: str
    ebc_code: str
    kind: str
    usage: str
    issued_on: str
    seller_code: str
    seller_name: str
    contract_no: str
    amount: int = 0
    tax: int = 0
    mailboxes: str = ""
    document_id: int = 0
    document_version: int = 1
    version: int = 0
    """0: not yet stored."""
    reasons: tuple[Reason, ...] = ()
    filed_at: int = 0
    last_return: int = 0


@dataclass(slots=True)
class InvoiceLineRow:
    """A line of a purchase paper; `used` and `used_amount` are the quantity and amount used by claims."""

    invoice_id: int
    number: int
    gcode: str
    gname: str
    unit: str
    qty: int
    amount: int
    tax_rate: int
    tax: int
    used: int = 0
    used_amount: int = 0


@dataclass(slots=True)
class Claim(Stamped):
    """A claim of a company for a period. `paid` and `recovered` are totals of all its entries."""

    id: int
    key: str
    cop_no: str
    state: str
    """Of its lifecycle (`declarations/refund/lifecycle.toml`); within one state, `stage` says what it waits for."""
    ebc_code: str
    kind: str
    """T trader, M manufacturer, E exemption."""
    business: str
    period: str
    firm_class: int = 0
    stage: str = ""
    """What it waits for: "review" (the deadline), "officer" (a decision), "answer" (the company), "reconciliation" (of
    sales, or "overdue"); empty: nothing."""
    lines: int = 0
    fob: int = 0
    """In yuan, fen."""
    refund: int = 0
    credited: int = 0
    """The remaining amount, after returned goods and lower sales were subtracted."""
    carry: int = 0
    cost: int = 0
    domestic_vat: int = 0
    set_off: int = 0
    """The part of the refund set off against an amount owed (negative: an amount due was added)."""
    paid: int = 0
    recovered: int = 0
    exchange: str = ""
    """State of its foreign exchange: collected, due, missing (it was recovered), other_currency; empty: not needed."""
    pools: dict[str, int] = field(default_factory=dict)
    """The foreign exchange that it needs, by pool and currency ("S12|USD"), scaled."""
    reasons: tuple[Reason, ...] = ()
    mailboxes: str = ""
    document_id: int = 0
    document_version: int = 1
    version: int = 0
    """0: not yet stored."""
    filed_at: int = 0
    due: int = 0
    """The instant at which the review ends."""
    provisional: int = 0
    """1: `due` is in a year whose working days are not published yet."""
    decided_at: int = 0
    paid_at: int = 0
    exchange_due: str = ""
    reconcile_from: str = ""
    reconcile_until: str = ""
    last_return: int = 0
    working: list[Any] | None = field(default_factory=list)
    """Items [link number, [reason, …]]; None: not loaded, because it is long; the stored value stays."""
    conditions: list[Any] | None = field(default_factory=list)
    """Items [[item number, …], treatment, [[rule, outcome, values, parameters], …]]; None: not loaded."""

    @property
    def net(self) -> int:
        """The amount paid and not recovered."""
        return self.paid - self.recovered


AHEAD, SOLD = "HWC-YT", "1"
"""The business type of claims ahead of sale, and the sale state of their lines that are not."""


class ClaimLine(NamedTuple):
    """A line of an accepted claim.

    Part E (export): `qty` of an item in `unit`, `taken` in the item's first unit; `base`, `refund` and `cost` are its
    share of its link; a manufacturer's base is the FOB in yuan. Part P (purchase): `qty` of an invoice line, `base` the
    amount used of it.
    """

    claim_id: int
    number: int
    part: str
    link_no: str
    item_no: str
    gcode: str
    unit: str
    qty: int
    taken: int
    currency: str
    fob: int
    base: int
    refund: int
    cost: int
    treatment: str
    sale_state: str
    """"1": sold; of a claim ahead of sale the others are ahead."""
    invoice_id: int = 0
    invoice_line: int = 0
    repaid_qty: int = 0
    """The repaid part of `taken` (part P: the quantity freed in the invoice line)."""
    repaid: int = 0
    """The repaid part of `refund` (part P: of `base`)."""
    rate: int = 0
    """The rate by which `refund` was calculated, scaled; 0: none, or a claim of an earlier version."""


@dataclass(slots=True)
class RefundPaper(Stamped):
    """A reconciliation, a repayment, or the return of exports (kind "export_return") that was filed."""

    id: int
    kind: str
    key: str
    state: str
    claim_id: int = 0
    ebc_code: str = ""
    mailboxes: str = ""
    document_id: int = 0
    document_version: int = 1
    version: int = 0
    """0: not yet stored."""
    invt_no: str = ""
    certificate_no: str = ""
    amount: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    """Quantities by item number, in the item's first unit."""
    reasons: tuple[Reason, ...] = ()
    filed_at: int = 0
    last_return: int = 0


class Entry(NamedTuple):
    """An entry of money: paid, recovered, repaid, credited, carried, set_off (positive: less is owed), domestic_vat."""

    id: int
    claim_id: int
    ebc_code: str
    kind: str
    amount: int
    notice_no: str
    at: int
    reason: tuple[Reason, ...] = ()
