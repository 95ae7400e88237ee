"""Answers about summaries of exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType

from declarations.summary.shapes import MergedLine
from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Amount, Answer, CaseOut, HistoryOut, Instant, NextBefore, OfOne, Reasons, local
from single_window.language.words import Words

if TYPE_CHECKING:
    from gateways.customs.summaries.repository import MadeDeclaration, Summary

PARTS = 10
"""Maximum number of declarations, and of lists, in an answer about a summary, unless more are requested."""


class SummaryOut(CaseOut, frozen=True, kw_only=True):
    """A summary request."""

    LIFECYCLE: ClassVar[str] = "summary"
    id: int
    sum_no: str
    cop_no: str
    customs_code: str
    agent_code: str
    ebc_code: str
    state: str
    phase: Annotated[str, Meta(description="the operation in progress: claim, free, merge, tell; empty: none")]
    lists: Annotated[int, Meta(description="the number of its lists")]
    months: Annotated[dict[str, int], Meta(description="the number of its lists by month")]
    left_out: Annotated[dict[str, int], Meta(description="the number of lists left out, by the code of the reason")]
    declarations: int
    goods_lines: int
    results: Annotated[int, Meta(description="the number of messages (792) with the results")]
    state_zh: str
    state_en: str
    since: Annotated[Instant, Meta(description="beginning of the requested period; empty: it names lists")]
    until: Instant
    filed_at: Instant
    accepted_at: Instant
    done_at: Instant
    reasons: Reasons
    links: dict[str, str]
    of_declarations: Annotated[
        tuple[SummaryDeclarationOut, ...] | UnsetType,
        Meta(description="the first of its declarations; only in an answer about one summary"),
    ] = UNSET
    of_lists: Annotated[
        tuple[WhereOut, ...] | UnsetType,
        Meta(description="the first of its lists; only in an answer about one summary"),
    ] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET


class SummariesOut(Answer, frozen=True, kw_only=True):
    """Summaries, newest first."""

    summaries: tuple[SummaryOut, ...]
    next: NextBefore


class SummaryLineOut(Answer, frozen=True, kw_only=True):
    """A line of a declaration; destination and item name are empty if the rule merges them."""

    gseqno: int
    hs10: str
    final_destination: str
    currency: str
    unit: str
    item_name: str
    quantity: Amount
    amount: Amount
    unit_price: Amount
    gross: Amount
    net: Amount


class SummaryDeclarationOut(Answer, frozen=True, kw_only=True):
    """A declaration of a summary."""

    number: int
    month: str
    decl_seq_no: str
    entry_id: str
    head: dict[str, str]
    lines: tuple[SummaryLineOut, ...]
    gross: Amount
    net: Amount
    sources: Annotated[int, Meta(description="the number of list lines that it sums up")]


class MadesOut(Answer, frozen=True, kw_only=True):
    """Declarations of a summary."""

    declarations: tuple[SummaryDeclarationOut, ...]
    next: Annotated[int | None, Meta(description="`after` of the next page")]


class WhereOut(Answer, frozen=True, kw_only=True):
    """The summary of a list."""

    invt_no: str
    standing: Annotated[
        str, Meta(description="summarised, claimed, statistics, waits; empty: not closed, or not to be summarised")
    ]
    sum_no: str
    lines: Annotated[
        tuple[tuple[int, ...], ...], Meta(description="[declaration, its line, line of the list] for each line")
    ]


class DueOut(Answer, frozen=True, kw_only=True):
    """A merchant's month with lists that wait to be summarised."""

    ebc_code: str
    month: str
    last_day: str
    waiting: int
    overdue: bool
    provisional: Annotated[bool, Meta(description="the last day may change, because holidays are not published yet")]


class DuesOut(Answer, frozen=True, kw_only=True):
    """Months with waiting lists, the most urgent first."""

    due: tuple[DueOut, ...]


def summary_out(summary: Summary, **further: Any) -> SummaryOut:
    """Return the answer about a summary; `further` are optional fields of `SummaryOut`."""
    return SummaryOut.of(summary, links={"self": f"/api/v1/summaries/{summary.sum_no or summary.cop_no}"}, **further)


def declaration_out(made: MadeDeclaration) -> SummaryDeclarationOut:
    """Return the answer about a declaration of a summary, with its lines."""
    lines = tuple(SummaryLineOut.of(MergedLine(*line)) for line in made.lines)
    return SummaryDeclarationOut.of(made, month=made.month[:7], lines=lines)


SUMMARY_KIND = CaseKind(
    noun="summary request",
    command="summary",
    path="/summaries",
    missing="no-such-summary",
    case_type=SummaryOut,
    page_type=SummariesOut,
    shown_type=SummaryOut,
    columns=(
        Column(Words("申请编号", "request number"), lambda summary: summary.cop_no),
        Column(Words("汇总编号", "summary number"), lambda summary: summary.sum_no),
        Column(Words("电商企业", "merchant"), lambda summary: summary.ebc_code, "company"),
        STATE_COLUMN,
        Column(Words("清单", "lists"), lambda summary: summary.lists, "number"),
        Column(Words("未列入", "left out"), lambda summary: sum(summary.left_out.values()), "number"),
        Column(Words("报关单", "declarations"), lambda summary: summary.declarations, "number"),
        Column(Words("申请", "filed"), lambda summary: local(summary.filed_at), "time"),
    ),
    filters=("state", "merchant"),
    parts="declarations and lists",
)
