"""What the refund desk remembers: purchase papers, claims and their lines, the ledgers they draw on, what was paid.

Three ledgers say what is left: of invoice lines, of exported items, of the foreign exchange of a pool. Whoever changes
one of a company's holds its account. Amounts and quantities are scaled; days are ISO texts, instants milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from declarations.reasons import Reason
from declarations.refund.rates import RefundRates


class _Stamped:
    """What has receipts: each later than every one before."""

    __slots__ = ("last_return",)
    last_return: int

    def stamp(self, now: int) -> int:
        """The instant of the next receipt: now, yet after every earlier one."""
        self.last_return = max(now, self.last_return + 1)
        return self.last_return


@dataclass(slots=True)
class Invoice(_Stamped):
    """A purchase paper. While it is `accepted` or `used` nobody else's of the same number is on file."""

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
    """A line of a purchase paper, and what claims have taken of its quantity and amount."""

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
class Claim(_Stamped):
    """A claim of a company for a period. `paid` and `recovered` are sums over all it went through."""

    id: int
    key: str
    cop_no: str
    state: str
    ebc_code: str
    kind: str
    """T trader, M manufacturer, E exemption."""
    business: str
    period: str
    firm_class: int = 0
    stage: str = ""
    """What it waits for: "review" its deadline, "officer" a decision, "reconciliation" sales; empty: nothing."""
    lines: int = 0
    fob: int = 0
    """In yuan, fen."""
    refund: int = 0
    credited: int = 0
    carry: int = 0
    cost: int = 0
    domestic_vat: int = 0
    set_off: int = 0
    """What of the refund was set off against an amount owed (negative: an amount due was added)."""
    paid: int = 0
    recovered: int = 0
    exchange: str = ""
    """Of the foreign exchange: collected, due, missing (recovered for it), other_currency; empty: not asked."""
    working: list[Any] = field(default_factory=list)
    """Each [link number, [reason, …]]."""
    conditions: list[Any] = field(default_factory=list)
    """Each [[item number, …], treatment, [[rule, outcome, values, parameters], …]]."""
    reasons: tuple[Reason, ...] = ()
    mailboxes: str = ""
    document_id: int = 0
    document_version: int = 1
    version: int = 0
    """0: not yet stored."""
    filed_at: int = 0
    due: int = 0
    """When the review ends."""
    provisional: int = 0
    """1: `due` rests on a year whose working days are not published."""
    decided_at: int = 0
    paid_at: int = 0
    exchange_due: str = ""
    reconcile_from: str = ""
    reconcile_until: str = ""
    last_return: int = 0

    @property
    def net(self) -> int:
        """What was paid and is not recovered."""
        return self.paid - self.recovered


class ClaimLine(NamedTuple):
    """A line of a claim that was taken in.

    Part E: `qty` of an item in `unit`, `taken` in the item's first unit; `base`, `refund` and `cost` are its share of
    its link. Part P: `qty` of an invoice line, `base` what it took of its amount.
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
    invoice_id: int = 0
    invoice_line: int = 0
    repaid_qty: int = 0
    """Of `taken`."""
    repaid: int = 0


@dataclass(slots=True)
class Item:
    """An exported item by its 21 characters; `used` and `returned` are counted in `unit`."""

    item_no: str
    ebc_code: str
    trade_mode: str
    exported_on: str
    gcode: str
    unit: str
    qty: int
    unit2: str
    qty2: int
    currency: str
    fob: int
    pool: str
    """Where its foreign exchange comes in: "S" and the summary's id, "L" and the list's."""
    used: int = 0
    returned: int = 0


@dataclass(slots=True)
class Pool:
    """The foreign exchange of a summary or list in a currency: what was collected, and what of it proves claims."""

    pool: str
    currency: str
    ebc_code: str
    collected: int = 0
    used: int = 0


@dataclass(slots=True)
class Account:
    """A company's standing with the desk. `set_off`: owed, taken from the next refund (negative: added to it)."""

    ebc_code: str
    set_off: int = 0
    carry: int = 0
    blocked: int = 0
    """How many of its pre-refunds were never reconciled."""
    firm_class: int = 0
    class_since: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """What an officer knows of it: fraud, capacity, internal_control, years, service_platform."""


@dataclass(slots=True)
class Paper(_Stamped):
    """A reconciliation, a repayment, or the return of exports (kind "export_return") that the desk heard of."""

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
    """A movement of money: paid, recovered, repaid, credited, carried, set_off (+ owed less), domestic_vat."""

    id: int
    claim_id: int
    ebc_code: str
    kind: str
    amount: int
    notice_no: str
    at: int
    reason: tuple[Reason, ...] = ()


class Handed(NamedTuple):
    """A document that was handed in, as the port keeps it."""

    id: int
    kind: str
    key: str
    place: str
    """What its receipts and timeline are found under."""
    mailboxes: str
    state: str
    version: int
    last_return: int
    facts: Any


class Standing(NamedTuple):
    """What others know of an exporter. `registered` is None where nobody registered him."""

    code: str
    registered: bool | None = None
    platform: bool = False
    taxpayer_kind: str = ""
    refund_kind: str = ""
    zone: str = ""
    tax_credit: str = ""
    net_assets: int = 0
    last_refund: int = 0
    forex_class: str = ""
    customs_grade: str = ""


class Returned(NamedTuple):
    """Goods of a list that came back: quantities by item number in the item's first unit, of this request and of all
    that were closed."""

    request_id: int
    invt_no: str
    ebc_code: str
    lines: Mapping[str, int]
    total: Mapping[str, int]


class RefundMemory(Protocol):
    """Loads in bulk, keeps what is put back."""

    # what was handed in, and who

    def documents(self, ids: Collection[int]) -> Mapping[int, Handed]:
        """Documents by id."""

    def companies(self, documents: Collection[int], claims: Collection[int]) -> Collection[str]:
        """Codes of the companies of documents and claims; nothing of them is kept."""

    def standings(self, ebc_codes: Collection[str]) -> Mapping[str, Standing]:
        """Every exporter asked for."""

    def rates(self) -> RefundRates:
        """The rates of refunds of the sandbox."""

    def new_id(self) -> int:
        """An id for a new row."""

    def notice_no(self, year: int) -> str:
        """A new number of a notice."""

    def certificate_no(self, year: int) -> str:
        """A new number of a certificate for customs."""

    # purchase papers

    def invoices(self, keys: Collection[str]) -> Mapping[str, Invoice]:
        """Purchase papers by key, whatever became of them."""

    def invoices_on_file(self, numbers: Collection[str]) -> Mapping[str, Invoice]:
        """Purchase papers on file by number, whoever's."""

    def invoices_by_id(self, ids: Collection[int]) -> Mapping[int, Invoice]:
        """Purchase papers by id."""

    def invoice_lines(self, invoice_ids: Collection[int]) -> Mapping[int, Sequence[InvoiceLineRow]]:
        """The lines of purchase papers, by paper."""

    def put_invoice(self, invoice: Invoice) -> None:
        """Keep a new or changed paper."""

    def put_invoice_lines(self, invoice_id: int, lines: Sequence[InvoiceLineRow]) -> None:
        """Keep these lines as those of a paper, in place of any before."""

    def use_invoice_line(self, line: InvoiceLineRow) -> None:
        """Keep what was taken of a line."""

    # claims

    def claims(self, ids: Collection[int]) -> Mapping[int, Claim]:
        """Claims by id."""

    def claims_by_key(self, keys: Collection[str]) -> Mapping[str, Claim]:
        """Claims by key."""

    def claims_waiting(self, ebc_codes: Collection[str]) -> Sequence[Claim]:
        """Claims of companies whose foreign exchange is not proved, by id."""

    def claims_of_items(self, items: Collection[str]) -> Collection[int]:
        """Ids of the claims that have lines of these items."""

    def put_claim(self, claim: Claim) -> None:
        """Keep a new or changed claim."""

    def lines(self, claim_ids: Collection[int]) -> Mapping[int, Sequence[ClaimLine]]:
        """The lines of claims, in their order."""

    def put_lines(self, claim_id: int, lines: Sequence[ClaimLine]) -> None:
        """Keep these lines as those of a claim, in place of any before."""

    def repay_lines(self, lines: Collection[ClaimLine]) -> None:
        """Keep what was repaid of lines."""

    def entries(self, claim_ids: Collection[int]) -> Mapping[int, Sequence[Entry]]:
        """Movements of money of claims, by id."""

    def put_entry(self, entry: Entry) -> None:
        """Keep a new movement of money."""

    # ledgers

    def accounts(self, ebc_codes: Collection[str]) -> Mapping[str, Account]:
        """Companies' accounts, locked; every one asked for."""

    def put_account(self, account: Account) -> None:
        """Keep a changed account."""

    def items(self, numbers: Collection[str]) -> Mapping[str, Item]:
        """Exported items by number: of summary declarations and of lists that can be claimed."""

    def put_item(self, item: Item) -> None:
        """Keep a new or changed item."""

    def pools(self, names: Collection[str]) -> Mapping[tuple[str, str], Pool]:
        """Pools by name and currency, with what has been collected by now."""

    def pools_of(self, entries: Collection[str], orders: Collection[str]) -> Collection[str]:
        """Names of the pools in which exchange comes in that names these declarations, lists or orders."""

    def put_pool(self, pool: Pool) -> None:
        """Keep a changed pool."""

    # papers after payment

    def papers(self, kind: str, keys: Collection[str]) -> Mapping[str, Paper]:
        """Papers of a kind by key."""

    def papers_of_lists(self, invt_nos: Collection[str]) -> Mapping[str, Sequence[Paper]]:
        """Repayments that name lists, by list."""

    def put_paper(self, paper: Paper) -> None:
        """Keep a new or changed paper."""

    def returned(self, request_ids: Collection[int]) -> Sequence[Returned]:
        """What came back with requests (213), by request."""
