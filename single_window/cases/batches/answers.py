"""Answers about batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Answer, CaseOut, HistoryOut, Instant, NextBefore, OfOne, Reasons, local
from single_window.language import phrases
from single_window.language.words import Words

if TYPE_CHECKING:
    from gateways.customs.batches.repository import Batch
    from single_window.frame.typed import HistoryLine

PARTS = 20
"""Maximum number of members in an answer about a batch, unless more are requested."""


class BatchHistoryOut(HistoryOut, frozen=True, kw_only=True):
    """One event in the history of a batch."""

    asked: Annotated[int, Meta(description="the id of the request that caused the event")]


class BatchOut(CaseOut, frozen=True, kw_only=True):
    """A batch."""

    LIFECYCLE: ClassVar[str] = "batch"
    batch_no: str
    flow: str
    customs_code: str
    trade_mode: str
    opened_by: str
    opening: Annotated[str, Meta(description="the properties that its lists share")]
    state: str
    state_zh: str
    state_en: str
    revision: Annotated[int, Meta(description="incremented by each change by a person or of the state")]
    members: int
    drawn: Annotated[int, Meta(description="samples")]
    awaited: Annotated[int, Meta(description="samples without a result yet")]
    failed: int
    held: int
    released: int
    refused: int
    phase: Annotated[str, Meta(description="the operation in progress on the members; empty: none")]
    cursor: Annotated[int, Meta(description="progress of `phase`, of `places`")]
    places: int
    opened_at: Instant
    declared_at: Instant
    drawn_at: Instant
    released_at: Instant
    closed_at: Instant
    reasons: Reasons
    links: dict[str, str]
    of_members: Annotated[
        tuple[MemberOut, ...] | UnsetType, Meta(description="its first members; only in an answer about one batch")
    ] = UNSET
    history: OfOne[tuple[BatchHistoryOut, ...]] = UNSET


class BatchesOut(Answer, frozen=True, kw_only=True):
    """Batches, newest first."""

    batches: tuple[BatchOut, ...]
    next: NextBefore


class BatchAskedOut(Answer, frozen=True, kw_only=True):
    """The state of a requested change."""

    asked: Annotated[int, Meta(description="the id of the request, as in the history")]
    status: Annotated[str, Meta(description="done, waiting")]
    batch: BatchOut | UnsetType = UNSET
    said: tuple[BatchHistoryOut, ...] | UnsetType = UNSET


class MemberOut(Answer, frozen=True, kw_only=True):
    """A place in a batch; the fields of a list that is not stored are empty."""

    position: int
    key: str
    state: str
    why: Annotated[str, Meta(description="why it is a sample: lane, grade, goods, size; empty: not a sample")]
    number: int | None
    declaration_id: int
    order_no: str
    invt_no: str
    list_state: str


class SampleOut(Answer, frozen=True, kw_only=True):
    """A recalculated sample."""

    key: str
    why: Annotated[str, Meta(description="lane, grade, goods, size")]
    number: int | None


class BatchAuditOut(Answer, frozen=True, kw_only=True):
    """The samples of a batch, recalculated from the stored data and compared with the samples drawn at the time."""

    batch: str
    agrees: Annotated[bool, Meta(description="whether both are the same")]
    inspection: Annotated[bool, Meta(description="false: the sandbox had none when the batch was declared")]
    members: int
    checked: Annotated[bool, Meta(description="whether the stored lanes of the lists were used")]
    parameters: Annotated[tuple[str, ...], Meta(description="the dated values used")]
    samples: tuple[SampleOut, ...]
    missing: Annotated[tuple[str, ...], Meta(description="lists that should have been drawn")]
    extra: Annotated[tuple[str, ...], Meta(description="lists that should not have been drawn")]
    numbers: Annotated[tuple[str, ...], Meta(description="samples whose stored number or reason differs")]


class MembersOut(Answer, frozen=True, kw_only=True):
    """Places, in their order."""

    batch_no: str
    members: tuple[MemberOut, ...]
    next: Annotated[int | None, Meta(description="`after` of the next page")]


def batch_out(batch: Batch, **further: Any) -> BatchOut:
    """Return the answer about a batch; `further` are optional fields of `BatchOut`."""
    return BatchOut.of(batch, links={"members": f"/api/v1/batches/{batch.batch_no}/members"}, **further)


def history_out(lines: Sequence[HistoryLine]) -> tuple[BatchHistoryOut, ...]:
    """Return the history of a batch, oldest first."""
    return tuple(BatchHistoryOut.of(line, asked=int(line.key)) for line in lines)


BATCH_KIND = CaseKind(
    noun="batch",
    command="batch",
    path="/batches",
    missing="no-such-batch",
    case_type=BatchOut,
    page_type=BatchesOut,
    shown_type=BatchOut,
    columns=(
        Column(Words("批次", "batch"), lambda batch: batch.batch_no),
        Column(Words("进出口", "flow"), lambda batch: phrases.flow(batch.flow)),
        Column(Words("关区", "office"), lambda batch: batch.customs_code, "customsCode"),
        Column(Words("监管方式", "mode"), lambda batch: batch.trade_mode, "tradeMode"),
        STATE_COLUMN,
        Column(Words("票数", "members"), lambda batch: batch.members, "number"),
        Column(Words("样本", "samples"), lambda batch: batch.drawn, "number"),
        Column(Words("放行", "released"), lambda batch: batch.released, "number"),
        Column(Words("留置", "held"), lambda batch: batch.held, "number"),
        Column(Words("建立", "opened"), lambda batch: local(batch.opened_at), "time"),
    ),
    filters=("state",),
    parts="members",
)
