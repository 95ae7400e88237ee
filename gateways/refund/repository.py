"""The state of the refund desk: purchase papers, claims and their lines, the ledgers they draw on, what was paid.

Three ledgers hold what is left: of invoice lines, of exported items, of the foreign exchange of a pool. To change
one of a company's its account is locked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, TypeAlias

from declarations.refund.rates import RefundRates
from gateways.desk import Desk
from gateways.records import FiledDocument
from gateways.refund.papers import Claim, ClaimLine, Entry, Invoice, InvoiceLineRow, RefundPaper
from gateways.refund.standings import ExchangePool, ExporterStanding, Item, RefundAccount, Returned

__all__ = [
    "Claim",
    "ClaimLine",
    "Entry",
    "ExchangePool",
    "ExporterStanding",
    "Invoice",
    "InvoiceLineRow",
    "Item",
    "RefundAccount",
    "RefundPaper",
    "RefundRepository",
    "Returned",
]


class RefundRepository(Protocol):
    """Loads in bulk, keeps what is put back."""

    # what was filed, and the companies

    def documents(self, ids: Collection[int]) -> Mapping[int, FiledDocument]:
        """Documents by id."""

    def companies(self, documents: Collection[int], claims: Collection[int]) -> Collection[str]:
        """Codes of the companies of documents and claims; nothing of them is kept."""

    def standings(self, ebc_codes: Collection[str]) -> Mapping[str, ExporterStanding]:
        """Every requested exporter."""

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
        """Purchase papers on file by number, of any company."""

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
        """Claims by id, without their calculation."""

    def claims_by_key(self, keys: Collection[str]) -> Mapping[str, Claim]:
        """Claims by key, without their calculation."""

    def claims_waiting(self, ebc_codes: Collection[str], pools: Collection[str]) -> Sequence[Claim]:
        """Claims of companies that need foreign exchange of these pools and are not proved, by id."""

    def claims_of_kind(self, ebc_code: str, kind: str) -> Sequence[Claim]:
        """Claims of a kind that a company made, whatever became of them, by id."""

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

    def accounts(self, ebc_codes: Collection[str]) -> Mapping[str, RefundAccount]:
        """Companies' accounts, locked; every requested one."""

    def put_account(self, account: RefundAccount) -> None:
        """Keep a changed account."""

    def items(self, numbers: Collection[str]) -> Mapping[str, Item]:
        """Exported items by number: of summary declarations and of lists that can be claimed."""

    def put_item(self, item: Item) -> None:
        """Keep a new or changed item."""

    def pools(self, names: Collection[str]) -> Mapping[tuple[str, str], ExchangePool]:
        """Pools by name and currency, with what has been collected by now."""

    def pools_of(self, entries: Collection[str], orders: Collection[str]) -> Collection[str]:
        """Names of the pools in which exchange comes in that names these declarations, lists or orders."""

    def put_pool(self, pool: ExchangePool) -> None:
        """Keep a changed pool."""

    # papers after payment

    def papers(self, kind: str, keys: Collection[str]) -> Mapping[str, RefundPaper]:
        """Papers of a kind by key."""

    def papers_of_lists(self, invt_nos: Collection[str]) -> Mapping[str, Sequence[RefundPaper]]:
        """Repayments that name lists, by list."""

    def put_paper(self, paper: RefundPaper) -> None:
        """Keep a new or changed paper."""

    def items_of_list(self, ebc_code: str, invt_no: str) -> Collection[str]:
        """Numbers of the items in which an export list of a company stands; none where it has no such list."""

    def returned(self, request_ids: Collection[int]) -> Sequence[Returned]:
        """The goods that came back with requests (213), by request."""


RefundDesk: TypeAlias = Desk[RefundRepository]
