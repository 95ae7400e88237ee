"""Answers about stock abroad."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta

from single_window.frame.kinds import CaseKind, Column, case_columns
from single_window.frame.typed import Amount, Answer, CaseOut, HistoryOut, Instant, NextBefore, OfOne, Reasons
from single_window.language.words import Words


class ExportChainOut(Answer, frozen=True, kw_only=True):
    """An exported item from its departure to its reconciliation."""

    item_no: Annotated[str, Meta(description="the item of 21 characters: list and line")]
    sku: str
    unit: Annotated[str, Meta(description="as declared: in which notices count")]
    country: str
    departed_at: Instant
    exported: Amount
    received: Annotated[Amount, Meta(description="what came in counts for what left first")]
    sold: Amount
    lost: Amount
    destroyed: Amount
    sent_back: Amount
    left: Annotated[Amount, Meta(description="exported and none of the former")]
    claims: Annotated[tuple[str, ...], Meta(description="claims of a refund with the item, with state")]


class ExportChainsOut(Answer, frozen=True, kw_only=True):
    """The goods that a company has sent abroad, by goods, what left first at the top."""

    items: tuple[ExportChainOut, ...]


class StockMoveOut(Answer, frozen=True, kw_only=True):
    """A move that a notice told."""

    warehouse_code: str
    notice_no: str
    line: int
    event: str
    told: Annotated[str, Meta(description="the time as it was told, with its offset")]
    day: Annotated[str, Meta(description="its business day at home")]
    recorded_at: Instant
    sku: str
    lot: str
    qty: Amount
    unit: str
    condition: str
    ref: str
    voucher_no: str
    booked: Annotated[
        bool, Meta(description="false: another notice told the same before, or its own was cancelled or replaced")
    ]
    counts: Annotated[bool, Meta(description="false: an officer does not count the sale, which has no evidence")]


class OverseasCaseOut(CaseOut, frozen=True, kw_only=True):
    """A difference, sales without evidence, or a silent warehouse."""

    LIFECYCLE: ClassVar[str] = "overseas_case"
    id: int
    case_no: str
    kind: Annotated[str, Meta(description="X difference, E evidence missing, S silent warehouse")]
    ebc_code: str
    warehouse_code: str
    sku: str
    day: Annotated[str, Meta(description="of sales without evidence: their business day")]
    due: str
    state: str
    state_zh: str
    state_en: str
    opened_at: Instant
    ended_at: Instant
    reasons: Reasons
    chain: OfOne[tuple[ExportChainOut, ...]] = UNSET
    moves: OfOne[tuple[StockMoveOut, ...]] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET


class OverseasCasesOut(Answer, frozen=True, kw_only=True):
    """Cases of stock abroad, newest first."""

    cases: tuple[OverseasCaseOut, ...]
    next: NextBefore


class StockOut(Answer, frozen=True, kw_only=True):
    """Goods in a warehouse abroad."""

    ebc_code: str
    warehouse_code: str
    country: str
    sku: str
    lot: str
    unit: str
    received: Amount
    sold: Amount
    returned: Amount
    transferred: Annotated[Amount, Meta(description="in less out")]
    adjusted: Annotated[Amount, Meta(description="found less lost")]
    destroyed: Amount
    sent_back: Amount
    on_hand: Amount
    damaged: Annotated[Amount, Meta(description="of what is on hand")]
    last_at: Instant


class StocksOut(Answer, frozen=True, kw_only=True):
    """Stock abroad, by company, goods, warehouse and lot."""

    stock: tuple[StockOut, ...]


class DraftLineOut(Answer, frozen=True, kw_only=True):
    """A line of the draft of a reconciliation."""

    link_no: str
    item_no: str
    sold_qty: Amount
    currency: str
    amount: Annotated[Amount, Meta(description="what the sales brought, without the tax abroad")]
    outcome: Annotated[str, Meta(description="A the same amount, B another, C unsold")]
    lost: Amount
    destroyed: Amount
    sent_back: Amount
    unsold: Annotated[Amount, Meta(description="with what was lost, destroyed or sent back")]
    refund: Annotated[Amount, Meta(description="what was refunded for the line, in yuan")]
    correct: Annotated[Amount, Meta(description="what is right for the quantity sold")]
    repay: Amount
    offset: Annotated[Amount, Meta(description="what the next claim is reduced by")]
    receipts: Annotated[dict[str, str], Meta(description="what the sales should bring in exchange, by currency")]
    estimated: Annotated[bool, Meta(description="true: a sale without a price or rate counts by its FOB")]


class CorrectionOut(Answer, frozen=True, kw_only=True):
    """What is refunded of an item by a claim that awaits no reconciliation, and what is sold of that now."""

    claim_no: str
    item_no: str
    refunded: Amount
    sold: Amount
    difference: Annotated[Amount, Meta(description="above zero: to be claimed; below: to be repaid")]


class ReconciliationDraftOut(Answer, frozen=True, kw_only=True):
    """The draft of a reconciliation, which the exporter sends himself."""

    claim_no: str
    ebc_code: str
    until: Annotated[str, Meta(description="the last day of the reconciliation, and of sales that count")]
    days_left: int
    lines: tuple[DraftLineOut, ...]


class ReconciliationDraftsOut(Answer, frozen=True, kw_only=True):
    """The drafts of reconciliations of a company."""

    drafts: tuple[ReconciliationDraftOut, ...]
    corrections: Annotated[tuple[CorrectionOut, ...], Meta(description="of items that are refunded already")]


OVERSEAS_KIND = CaseKind(
    noun="case of stock abroad",
    zh="海外仓事项",
    plural="cases of stock abroad",
    listing="Newest first; `state` and `merchant` narrow them.",
    numbers=Words("caseNo", "its caseNo or its id"),
    command="overseas",
    path="/overseas/cases",
    missing="no-such-case",
    case_type=OverseasCaseOut,
    page_type=OverseasCasesOut,
    shown_type=OverseasCaseOut,
    columns=case_columns(
        "overseas_kind",
        Column(Words("企业", "company"), lambda case: case.ebc_code, "company"),
        Column(Words("海外仓", "warehouse"), lambda case: case.warehouse_code),
        Column(Words("货号或销售日", "goods or day of sale"), lambda case: case.sku or case.day),
    ),
    filters=("state", "merchant"),
)
