"""The state of the foreign-exchange gateway: enterprises, the year's totals, reports with their legs.

The store implements `ForexRepository`. An enterprise is locked to check a report of it: with it its totals,
its reports, and what was collected for its orders and declarations.
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
"""States in which the legs of a report count to what was moved and to the year's totals."""


@dataclass(slots=True)
class FiledReport(Stamped):
    """A report and what became of it. `usd` and `rmb` are its amount in dollars and yuan; days are ISO texts."""

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
    """A leg of a report that was not refused at once. `direction` is its own way, 1 in and 2 out; `number` its gnum;
    `currency` the customs code; `at` the instant of the transaction."""

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
    """An enterprise; `registered` says whether it is in the directory, `since` its first day there, `quota` what one of
    class B may move in a year (0: none is on file)."""

    code: str
    forex_class: str = ""
    registered: bool = False
    since: str = ""
    source: str = ""
    quota: Scaled = 0


@dataclass(slots=True)
class Total:
    """The US dollars that an enterprise moved in a calendar year in one direction, in `count` reports."""

    code: str
    year: int
    direction: str
    usd: Scaled = 0
    count: int = 0


class Worth(NamedTuple):
    """The value of an order or a declaration of an enterprise, by customs code of the currency.

    `order_no`: of a list that declares one order; empty for an order itself and for what sums up many lists.
    """

    number: str
    ebc_code: str
    amounts: Mapping[str, Scaled]
    closed_on: date | None = None
    order_no: str = ""


class ForexRepository(Protocol):
    """Loads in bulk, keeps what is put back. Keys that are not found are simply missing from the answer."""

    def documents(self, ids: Collection[int]) -> Mapping[int, FiledDocument]:
        """Reports as they were filed, by the ids of their documents; only those that are declared."""

    def companies_of(self, report_ids: Collection[int]) -> Collection[str]:
        """The enterprises that these reports are about; only looked up, not locked."""

    def hold(self, codes: Sequence[str]) -> None:
        """Lock these enterprises, in sorted order: with them everything that is theirs."""

    def enterprises(self, codes: Collection[str]) -> Mapping[str, ListedEnterprise]:
        """Enterprises by code, in the directory or not."""

    def totals(self, codes: Collection[str]) -> Mapping[tuple[str, int, str], Total]:
        """The totals of enterprises, by code, year and direction."""

    def put_total(self, total: Total) -> None:
        """Keep a new or changed total."""

    def reports(self, ids: Collection[int]) -> Mapping[int, FiledReport]:
        """Reports by id."""

    def reports_by_key(self, keys: Collection[str]) -> Mapping[str, FiledReport]:
        """Reports by business key."""

    def put_report(self, report: FiledReport) -> None:
        """Keep a new or changed report."""

    def legs_of(self, report_ids: Collection[int]) -> Sequence[Leg]:
        """The legs of reports, by report and number."""

    def legs_naming(self, column: str, numbers: Collection[str]) -> Sequence[Leg]:
        """The legs that name one of these numbers in `order_no` or `entry_no`, by report and number."""

    def put_legs(self, report_id: int, legs: Sequence[Leg]) -> None:
        """Keep the legs of a report; they take the place of those that it had."""

    def orders(self, numbers: Collection[str]) -> Sequence[Worth]:
        """Export orders (303) of any enterprise with these numbers."""

    def entries(self, numbers: Collection[str]) -> Sequence[Worth]:
        """Summary declarations by entry number and export lists by list number, of any enterprise."""

    def summed_up(self, orders: Collection[str]) -> Mapping[str, str]:
        """Of these orders' legs that name no summary declaration: one that their lists are in, by order, for which
        money was moved as a whole."""

    def one_by_one(self, entries: Collection[str]) -> Mapping[str, str]:
        """Of these summary declarations: an order in them, by entry number, for which money was moved by itself."""

    def new_id(self) -> int:
        """An id for a new row."""


ForexDesk: TypeAlias = Desk[ForexRepository]
