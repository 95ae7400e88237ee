"""The rows of the refund desk: purchase papers, claims and their lines, ledgers, entries of money.

The three ledgers are the unused amounts of invoice lines, of exported items and of pools of foreign exchange. The lock
on a company's account covers its ledgers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeAlias

from declarations.money import Scaled
from declarations.refund.rates import RefundRates
from gateways.desk import Desk
from gateways.records import FiledDocument
from gateways.refund.filing_case import FilingCase
from gateways.refund.papers import Claim, ClaimLine, Entry, Invoice, InvoiceLineRow, RefundPaper
from gateways.refund.standings import ExchangePool, ExporterStanding, Item, RefundAccount, Returned

__all__ = [
    "Claim",
    "ClaimLine",
    "Entry",
    "ExchangePool",
    "ExporterStanding",
    "FilingCase",
    "Invoice",
    "InvoiceLineRow",
    "Item",
    "RefundAccount",
    "RefundPaper",
    "RefundRepository",
    "Returned",
]


class RefundRepository(Protocol):
    """Loads and stores rows in bulk."""

    # documents and companies

    def documents(self, ids: Collection[int]) -> Mapping[int, FiledDocument]:
        """Documents by id."""

    def companies(self, documents: Collection[int], claims: Collection[int]) -> Collection[str]:
        """Codes of the companies of documents and claims, without locks."""

    def standings(self, ebc_codes: Collection[str]) -> Mapping[str, ExporterStanding]:
        """All requested exporters by code."""

    def rates(self) -> RefundRates:
        """The sandbox's refund rates."""

    def new_id(self) -> int:
        """An id for a new row."""

    def notice_no(self, year: int) -> str:
        """Return a new notice number."""

    def certificate_no(self, year: int) -> str:
        """Return a new number of a certificate for customs."""

    # purchase papers

    def invoices(self, keys: Collection[str]) -> Mapping[str, Invoice]:
        """Purchase papers by key, in any state."""

    def invoices_on_file(self, given_numbers: Collection[str]) -> Mapping[str, Invoice]:
        """Purchase papers on file by number, of any company."""

    def invoices_by_id(self, ids: Collection[int]) -> Mapping[int, Invoice]:
        """Purchase papers by id."""

    def invoice_lines(self, invoice_ids: Collection[int]) -> Mapping[int, Sequence[InvoiceLineRow]]:
        """The lines of purchase papers, by paper."""

    def put_invoice(self, invoice: Invoice) -> None:
        """Store a new or changed paper."""

    def put_invoice_lines(self, invoice_id: int, lines: Sequence[InvoiceLineRow]) -> None:
        """Replace the lines of a paper."""

    def use_invoice_line(self, line: InvoiceLineRow) -> None:
        """Store the used quantity and amount of a line."""

    # claims

    def claims(self, ids: Collection[int]) -> Mapping[int, Claim]:
        """Claims by id, without their calculation."""

    def claims_by_key(self, keys: Collection[str]) -> Mapping[str, Claim]:
        """Claims by key, without their calculation."""

    def claims_waiting(self, ebc_codes: Collection[str], pools: Collection[str]) -> Sequence[Claim]:
        """Claims of companies that need foreign exchange of these pools and are not proved, in the order of ids."""

    def claims_of_kind(self, ebc_code: str, kind: str) -> Sequence[Claim]:
        """Claims of a kind of a company, in any state, in the order of ids."""

    def claims_of_items(self, items: Collection[str]) -> Collection[int]:
        """Ids of the claims that have lines of these items."""

    def put_claim(self, claim: Claim) -> None:
        """Store a new or changed claim."""

    def lines(self, claim_ids: Collection[int]) -> Mapping[int, Sequence[ClaimLine]]:
        """The lines of claims, in their order."""

    def put_lines(self, claim_id: int, lines: Sequence[ClaimLine]) -> None:
        """Replace the lines of a claim."""

    def repay_lines(self, lines: Collection[ClaimLine]) -> None:
        """Store the repaid quantities and amounts of lines."""

    def entries(self, claim_ids: Collection[int]) -> Mapping[int, Sequence[Entry]]:
        """Entries of money by claim id."""

    def put_entry(self, entry: Entry) -> None:
        """Store a new entry of money."""

    # ledgers

    def accounts(self, ebc_codes: Collection[str]) -> Mapping[str, RefundAccount]:
        """All requested companies' accounts, locked."""

    def put_account(self, account: RefundAccount) -> None:
        """Store a changed account."""

    def items(self, given_numbers: Collection[str]) -> Mapping[str, Item]:
        """Exported items by number: of summary declarations and of lists that can be claimed."""

    def put_item(self, item: Item) -> None:
        """Store a new or changed item."""

    def list_days(self, item_nos: Collection[str]) -> Mapping[str, Mapping[date, Scaled]]:
        """Per item, the export days noted on its lists → the amount of its goods on lists of that day."""

    def pools(self, names: Collection[str]) -> Mapping[tuple[str, str], ExchangePool]:
        """Pools by name and currency, with the amounts collected so far."""

    def pools_of(self, entries: Collection[str], orders: Collection[str]) -> Collection[str]:
        """Names of the pools for exchange collected for these declarations, lists or orders."""

    def put_pool(self, pool: ExchangePool) -> None:
        """Store a changed pool."""

    # papers after payment

    def papers(self, kind: str, keys: Collection[str]) -> Mapping[str, RefundPaper]:
        """Papers of a kind by key."""

    def papers_of_lists(self, invt_nos: Collection[str]) -> Mapping[str, Sequence[RefundPaper]]:
        """Repayments that name lists, by list."""

    def put_paper(self, paper: RefundPaper) -> None:
        """Store a new or changed paper."""

    # filing documents

    def filing_cases(self, ids: Collection[int]) -> Mapping[int, FilingCase]:
        """Filing documents of claims by their own id."""

    def filing_cases_of(self, claim_ids: Collection[int]) -> Mapping[int, FilingCase]:
        """Filing documents by the id of their claim."""

    def companies_of_filing(self, ids: Collection[int]) -> Collection[str]:
        """Codes of the companies of filing documents, without locks."""

    def put_filing_case(self, case: FilingCase) -> None:
        """Store new or changed filing documents of a claim."""

    def items_of_list(self, ebc_code: str, invt_no: str) -> Collection[str]:
        """Item numbers of a company's export list; empty if it has no such list."""

    def returned(self, request_ids: Collection[int]) -> Sequence[Returned]:
        """The returned goods of return requests (213)."""


RefundDesk: TypeAlias = Desk[RefundRepository]
