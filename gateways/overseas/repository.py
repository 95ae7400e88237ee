"""The rows of stock abroad: a file for each company, whose lock covers the rest; notices, moves, stock, cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from declarations.money import Scaled
from declarations.overseas.corrections import RefundedQuantity
from declarations.overseas.drafting import AheadLine
from declarations.overseas.moves import StockMove, Supply
from declarations.reasons import Reason
from declarations.refund.overseas import CreditOfClaim
from gateways.desk import Desk
from gateways.records import FiledDocument

Goods: TypeAlias = tuple[str, str]
"""A company's code, and its item number (SKU)."""


@dataclass(slots=True)
class OverseasFile:
    """A company that has stock abroad; `seen_at`: when it was looked at last."""

    code: str
    seen_at: int = 0


@dataclass(slots=True)
class BookedNotice:
    """A part of a notice that is booked; `key`: ebcCode|warehouseCode|noticeNo|part, `digest` of what it says. `lines`:
    those that are booked; `cancelled_by`: the document that cancelled it, or replaced it by fewer parts."""

    id: int
    key: str
    ebc_code: str
    warehouse_code: str
    country: str
    notice_no: str
    part: int
    parts: int
    digest: str
    as_of: int
    recorded_at: int
    lines: int
    document_id: int
    cancelled_by: int = 0


@dataclass(slots=True)
class StockRow:
    """The stock of a company's goods in a warehouse, by lot: sums of what moves added to it, by event."""

    key: str
    ebc_code: str
    warehouse_code: str
    country: str
    sku: str
    lot: str
    unit: str
    received: Scaled
    sold: Scaled
    returned: Scaled
    transferred: Scaled
    adjusted: Scaled
    destroyed: Scaled
    sent_back: Scaled
    on_hand: Scaled
    damaged: Scaled
    last_at: int


@dataclass(slots=True)
class OverseasCase:
    """A difference, sales without evidence, or a silent warehouse; `key`: by which the same is known again. `due`: the
    last day for the company, as 2026-04-01."""

    id: int
    case_no: str
    state: str
    kind: str
    key: str
    ebc_code: str
    warehouse_code: str
    sku: str
    day: str
    due: str
    opened_at: int
    version: int = 0
    ended_at: int = 0
    decided_by: str = ""
    reasons: tuple[Reason, ...] = ()


class AheadClaim(NamedTuple):
    """A claim ahead of sale, paid and not reconciled, with its lines of items that have left; `until`: the last day of
    its reconciliation, as 2027-04-30. `credit`: what a manufacturer's claim came to beside its refund."""

    claim_no: str
    ebc_code: str
    ebc_name: str
    manufacturer: bool
    until: str
    lines: tuple[AheadLine, ...]
    credit: CreditOfClaim = CreditOfClaim()


class OverseasRepository(Protocol):
    """Loads and stores rows in bulk. Keys that are not found are missing from the result."""

    def files(self, codes: Collection[str]) -> Mapping[str, OverseasFile]:
        """The files of companies, made where there is none, locked."""

    def put_file(self, file: OverseasFile) -> None:
        """Store a changed file."""

    def companies_of(self, case_ids: Collection[int]) -> Collection[str]:
        """The codes of cases' companies; without locks."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        """The DXP ids of parties that have one, by their codes."""

    def supplies(self, codes: Collection[str], countries: Mapping[str, str]) -> Mapping[Goods, Sequence[Supply]]:
        """The exports of companies under 9810, by goods; `countries`: customs code → the country's letters."""

    def ahead_claims(self, code: str, countries: Mapping[str, str]) -> Sequence[AheadClaim]:
        """The claims of a company that wait for their reconciliation."""

    def refunded_quantities(self, code: str) -> Sequence[RefundedQuantity]:
        """What the claims of a company have left of items, oldest first."""

    def notices(self, keys: Collection[str]) -> Mapping[str, BookedNotice]:
        """Booked parts of notices by key, with those that are cancelled."""

    def parts_of(self, numbers: Collection[tuple[str, str, str]]) -> Sequence[BookedNotice]:
        """All booked parts of notices by (company, warehouse, number)."""

    def goods_told(self, notice_ids: Collection[int]) -> Collection[Goods]:
        """The goods of which notices have told moves."""

    def put_notice(self, notice: BookedNotice) -> None:
        """Store a new or changed part of a notice."""

    def moves(self, goods: Collection[Goods]) -> Mapping[Goods, MutableSequence[StockMove]]:
        """All moves of goods, with those that were put."""

    def sales_without_voucher(self, code: str, until: str) -> Sequence[StockMove]:
        """The sales of a company until a business day that have no voucher and no case."""

    def sales_under(self, keys: Collection[tuple[str, str, str]]) -> Sequence[StockMove]:
        """The sales by (company, warehouse, reference)."""

    def moves_asked(self, code: str, case_no: str) -> Sequence[StockMove]:
        """The sales of a company that a case is about."""

    def transfers(self, code: str) -> Sequence[StockMove]:
        """The transfers of a company."""

    def last_told(self, code: str) -> Mapping[str, int]:
        """Warehouse → the instant at which its last notice about a company's goods was booked."""

    def stock(self, code: str) -> Sequence[StockRow]:
        """The stock of a company."""

    def put_moves(self, moves: Sequence[StockMove]) -> None:
        """Store new and changed moves."""

    def put_stock(self, rows: Sequence[StockRow]) -> None:
        """Store new and changed rows of stock."""

    def cases(self, ids: Collection[int]) -> Mapping[int, OverseasCase]:
        """Cases by id."""

    def cases_of(self, code: str) -> Sequence[OverseasCase]:
        """The cases of a company, oldest first."""

    def put_case(self, case: OverseasCase) -> None:
        """Store a new or changed case."""

    def new_id(self) -> int:
        """An id for a new row."""


OverseasDesk: TypeAlias = Desk[OverseasRepository]
