"""Answers about trace batches and their codes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta

from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Amount, Answer, CaseOut, HistoryOut, Instant, NextBefore, OfOne, local
from single_window.language.words import Words

PRECISION = "lot: by the lot of an account book; sku+days: by item number and days, which reaches more than the lot"


class TraceBatchOut(CaseOut, frozen=True, kw_only=True):
    """A quantity of one lot, for which trace codes were issued."""

    LIFECYCLE: ClassVar[str] = "trace_batch"
    id: int
    batch_no: Annotated[str, Meta(description="the trace code of the lot")]
    key: Annotated[str, Meta(description="ebcCode|copNo")]
    state: str
    state_zh: str
    state_en: str
    ebc_code: str
    cop_no: str
    goods_kind: Annotated[str, Meta(description="F food, G other goods")]
    gtin: str
    item_no: str
    gname: str
    lot: str
    ems_no: str
    item_record_no: str
    origin: str
    produced_day: str
    expiry_day: str
    qty: Amount
    unit: str
    precision: Annotated[str, Meta(description=PRECISION)]
    codes: Annotated[int, Meta(description="number of items that have a code of their own")]
    recall_agent: str
    recall_no: Annotated[str, Meta(description="the newest recall of it; empty: none")]
    registered_at: Instant
    copied: Annotated[OfOne[int], Meta(description="number of its items whose code was looked up so often")] = UNSET
    also_registered: Annotated[
        OfOne[int], Meta(description="number of other companies with batches of the same GTIN and lot")
    ] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET


class TraceBatchesOut(Answer, frozen=True, kw_only=True):
    """Trace batches, newest first."""

    batches: tuple[TraceBatchOut, ...]
    next: NextBefore


class TraceCodeOut(Answer, frozen=True, kw_only=True):
    """A trace code, and how often it was looked up. `copied`: the code of an item that was looked up so often that
    others than its buyer have it (`traceability.copied_lookups`)."""

    code: str
    serial: Annotated[int, Meta(description="0 for the lot, else the item")]
    looked_up: int
    first_looked_up: Annotated[Instant, Meta(description="empty: never")]
    last_looked_up: Annotated[Instant, Meta(description="empty: never")]
    copied: bool


class TraceCodesOut(Answer, frozen=True, kw_only=True):
    """Codes of a batch, by serial."""

    codes: tuple[TraceCodeOut, ...]
    next: Annotated[int | None, Meta(description="`after` of the next page")]


TRACE_BATCH_KIND = CaseKind(
    noun="trace batch",
    zh="追溯批次",
    plural="trace batches",
    listing="Newest first; `state` and `merchant` narrow them.",
    numbers=Words("批次追溯码", "the trace code of its lot, or its id"),
    command="trace-batch",
    path="/trace-batches",
    missing="no-such-trace-batch",
    case_type=TraceBatchOut,
    page_type=TraceBatchesOut,
    shown_type=TraceBatchOut,
    columns=(
        Column(Words("追溯码", "trace code"), lambda batch: batch.batch_no),
        Column(Words("企业", "company"), lambda batch: batch.ebc_code, "company"),
        Column(Words("商品", "goods"), lambda batch: batch.gname or batch.gtin or batch.item_no),
        Column(Words("批号", "lot"), lambda batch: batch.lot),
        Column(Words("精度", "precision"), lambda batch: batch.precision, section="precision"),
        Column(Words("单品码", "codes of items"), lambda batch: batch.codes, "number"),
        Column(Words("登记时间", "registered"), lambda batch: local(batch.registered_at), "time"),
        STATE_COLUMN,
    ),
    filters=("state", "merchant"),
)
