"""The rows of the foreign-exchange gateway: enterprises, their totals of a year, reports with their legs.

The store implements `ForexRepository`. The lock on an enterprise, taken before a report of it is checked, covers its
totals, its reports and their legs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeAlias

from declarations.money import Scaled
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import FiledDocument, Stamped

COUNTED = frozenset({"in_review", "booked"})
"""States in which the legs of a report count for its trades and the year's totals."""


@dataclass(slots=True)
class FiledReport(Stamped):
    """A report and its state. `usd` and `rmb` are its amount in dollars and yuan; days are ISO texts."""

    id: int
    key: str
    cop_no: str
    state: str
    reporter_code: str
    ebc_code: str
    direction: str
    settlement: str
    currency: str
    amount: Scaled
    mailboxes: str
    document_id: int
    document_version: int
    version: int = 0
    """0: not yet stored."""
    usd: Scaled = 0
    rmb: Scaled = 0
    legs: int = 0
    value_on: str = ""
    reasons: tuple[Reason, ...] = ()
    filed_at: int = 0
    decided_at: int = 0
    keep_until: str = ""
    last_return: int = 0


@dataclass(slots=True)
class Leg:
    """A leg of a report that passed its checks. `direction` is the leg's, 1 inward or 2 outward; `number` its gnum;
    `currency` a customs code; `at` the instant of the transaction."""

    report_id: int
    number: int
    state: str
    ebc_code: str
    direction: str
    leg_kind: str
    trans_code: str
    order_no: str
    entry_no: str
    counterparty: str
    country: str
    currency: str
    amount: Scaled
    usd: Scaled
    rmb: Scaled
    at: int


@dataclass(slots=True)
class ListedEnterprise:
    """An enterprise. `registered`: it is in the directory, since the day `since`; `quota`: the yearly limit of one of
    class B (0: none on file)."""

    code: str
    forex_class: str = ""
    registered: bool = False
    since: str = ""
    source: str = ""
    quota: Scaled = 0


@dataclass(slots=True)
class Total:
    """The total in US dollars of an enterprise's reports in a calendar year and direction, and their `count`."""

    code: str
    year: int
    direction: str
    usd: Scaled = 0
    count: int = 0


class TradeValue(NamedTuple):
    """The value of an order or a declaration of an enterprise; `amounts` by customs code of the currency.

    `order_no`: the order that a list declares; empty for an order itself and for a summary declaration.
    """

    number: str
    ebc_code: str
    amounts: Mapping[str, Scaled]
    closed_on: date | None = None
    order_no: str = ""


class ForexRepository(Protocol):
    """Loads and stores rows in bulk. Keys that are not found are missing from the result."""

    def documents(self, ids: Collection[int]) -> Mapping[int, FiledDocument]:
        """Filed reports by document id; only declared ones."""

    def companies_of(self, report_ids: Collection[int]) -> Collection[str]:
        """Codes of the enterprises that these reports are about, without locks."""

    def lock_enterprises(self, codes: Sequence[str]) -> None:
        """Lock these enterprises, in sorted order; this covers all their rows."""

    def enterprises(self, codes: Collection[str]) -> Mapping[str, ListedEnterprise]:
        """Enterprises by code, also those that are not in the directory."""

    def totals(self, codes: Collection[str]) -> Mapping[tuple[str, int, str], Total]:
        """The totals of enterprises, by code, year and direction."""

    def put_total(self, total: Total) -> None:
        """Store a new or changed total."""

    def reports(self, ids: Collection[int]) -> Mapping[int, FiledReport]:
        """Reports by id."""

    def reports_by_key(self, keys: Collection[str]) -> Mapping[str, FiledReport]:
        """Reports by business key."""

    def put_report(self, report: FiledReport) -> None:
        """Store a new or changed report."""

    def legs_of(self, report_ids: Collection[int]) -> Sequence[Leg]:
        """The legs of reports, by report and number."""

    def legs_naming(self, column: str, given_numbers: Collection[str]) -> Sequence[Leg]:
        """The legs that name one of these numbers in `order_no` or `entry_no`, by report and number."""

    def put_legs(self, report_id: int, legs: Sequence[Leg]) -> None:
        """Replace the legs of a report."""

    def orders(self, given_numbers: Collection[str]) -> Sequence[TradeValue]:
        """Export orders (303) of any enterprise with these numbers."""

    def entries(self, given_numbers: Collection[str]) -> Sequence[TradeValue]:
        """Summary declarations by entry number and export lists by list number, of any enterprise."""

    def reported_as_whole(self, orders: Collection[str]) -> Mapping[str, str]:
        """Order number → summary declaration that contains its list and for which an amount was reported as a whole;
        for these orders, without their legs that name a summary declaration."""

    def reported_separately(self, entries: Collection[str]) -> Mapping[str, str]:
        """Entry number of a summary declaration → an order in it for which an amount was reported separately."""

    def new_id(self) -> int:
        """An id for a new row."""


ForexDesk: TypeAlias = Desk[ForexRepository]
