"""Answers about recalls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import UNSET, Meta

from gateways.traceability.repository import TracedUnit
from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import (
    Amount,
    Answer,
    CaseOut,
    HistoryOut,
    Instant,
    NextBefore,
    OfOne,
    Reasons,
    computed_by,
    local,
)
from single_window.language.words import Words

PRECISION = "lot: by the lot of an account book; sku+days: by item number and days, which reaches more than the lot"


class RecalledUnitOut(Answer, frozen=True, kw_only=True):
    """The goods that a recall looks for in lists: a lot of an account book, or an item number."""

    lots: Annotated[str, Meta(description="lots of the producer, with blanks between")]
    precision: Annotated[str, Meta(description=PRECISION)]
    ems_no: str
    item_record_no: str
    item_no: str


def _units(units: Sequence[TracedUnit]) -> tuple[RecalledUnitOut, ...]:
    return tuple(map(RecalledUnitOut.of, units))


class RecallFindingsOut(Answer, frozen=True, kw_only=True):
    """The findings of the window about a recall now. Held and sold are what was traced; what is still out is what was
    sold, less what came back or was destroyed."""

    stock: Annotated[str, Meta(description="quantity left in account books")]
    waiting: Annotated[str, Meta(description="quantity in lists that are not released")]
    waiting_lists: int
    sold: str
    lists: int
    out: Annotated[str, Meta(description="sold, and neither back nor destroyed")]


class RecallOut(CaseOut, frozen=True, kw_only=True):
    """A recall."""

    LIFECYCLE: ClassVar[str] = "recall"
    id: int
    recall_no: str
    state: str
    state_zh: str
    state_en: str
    goods_kind: Annotated[str, Meta(description="F food, G other goods")]
    recall_class: Annotated[str, Meta(description="of food: 1, 2 or 3")]
    ordered: Annotated[str, Meta(description="Y ordered by an officer, N by the company itself")]
    source: Annotated[str, Meta(description="the measure of a spot check, or the decision, that ordered it")]
    ebc_code: str
    ebp_code: str
    platforms: Annotated[tuple[str, ...], Meta(description="that sold the goods, and are told")]
    recall_agent: str
    gtin: str
    item_no: str
    ems_no: str
    item_record_no: str
    lots: Annotated[tuple[str, ...], Meta(description="of the producer; empty: all")]
    made_from: str
    made_until: str
    gname: str
    hazard: str
    remedy: str
    precision: Annotated[str, Meta(description=PRECISION)]
    held_qty: Annotated[Amount, Meta(description="held when it was registered")]
    sold_qty: Annotated[Amount, Meta(description="sold when it was registered")]
    lists: Annotated[int, Meta(description="lists in which it was sold then")]
    told: Amount
    back: Amount
    destroyed: Amount
    refunded: Amount
    start_at: Annotated[Instant, Meta(description="when the company knew")]
    start_due: Instant
    finish_due: Instant
    began_at: Instant
    completed_at: Instant
    overdue_at: Annotated[Instant, Meta(description="when it was overdue for the first time; empty: never")]
    overdue_kind: Annotated[str, Meta(description="begin, finish: what is late now; empty: nothing")]
    opened_by: Annotated[str, Meta(description="the officer who ordered it")]
    registered_at: Instant
    reasons: Reasons
    units: Annotated[tuple[RecalledUnitOut, ...], computed_by(_units)]
    findings: OfOne[RecallFindingsOut] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET

    @property
    def clock(self) -> str:
        """The instant that counts next: by which it begins, else by which it is finished; empty once it is."""
        return "" if self.completed_at else self.finish_due if self.began_at else self.start_due


class RecallsOut(Answer, frozen=True, kw_only=True):
    """Recalls, newest first."""

    recalls: tuple[RecallOut, ...]
    next: NextBefore


RECALL_KIND = CaseKind(
    noun="recall",
    zh="召回",
    plural="recalls",
    listing="Newest first; `state` and `merchant` narrow them.",
    numbers=Words("recallNo", "its recallNo or its id"),
    command="recall",
    path="/recalls",
    missing="no-such-recall",
    case_type=RecallOut,
    page_type=RecallsOut,
    shown_type=RecallOut,
    columns=(
        Column(Words("召回", "recall"), lambda recall: recall.recall_no),
        Column(Words("期限", "clock"), lambda recall: local(recall.clock), "time"),
        Column(Words("逾期", "overdue"), lambda recall: recall.overdue_kind, section="recall_overdue"),
        Column(Words("级别", "class"), lambda recall: recall.recall_class),
        Column(Words("企业", "company"), lambda recall: recall.ebc_code, "company"),
        Column(Words("商品", "goods"), lambda recall: recall.gname or recall.gtin or recall.item_no),
        Column(Words("控制", "held"), lambda recall: recall.held_qty, "number"),
        Column(Words("已售", "sold"), lambda recall: recall.sold_qty, "number"),
        Column(Words("退回", "back"), lambda recall: recall.back, "number"),
        STATE_COLUMN,
    ),
    filters=("state", "merchant"),
)
