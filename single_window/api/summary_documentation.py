"""What the OpenAPI document says of summaries."""

from __future__ import annotations

from typing import Annotated, ClassVar

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from msgspec import UNSET, Meta, UnsetType

from single_window.api.answers import Amount, Answer, CaseOut, HistoryOut, Instant, Reasons


class SummariesIn(Schema):
    """Which summaries."""

    state = String(load_default="", validate=Length(0, 30))
    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, 500))


class PageIn(Schema):
    """Which declarations or lists of a summary."""

    after = Integer(load_default=0, validate=Range(0, 2**62))
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class DueIn(Schema):
    """Whose months."""

    merchant = String(load_default="", validate=Length(0, 18))


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
    phase: Annotated[str, Meta(description="what is being done: claim, free, merge, tell; empty: nothing")]
    lists: Annotated[int, Meta(description="lists that are in it")]
    months: Annotated[dict[str, int], Meta(description="how many of them are of which month")]
    left_out: Annotated[dict[str, int], Meta(description="how many were not taken in, by the code of the reason")]
    declarations: int
    goods_lines: int
    results: Annotated[int, Meta(description="messages (792) that tell the outcome")]
    state_zh: str
    state_en: str
    since: Annotated[Instant, Meta(description="the period that it names; empty: it names lists")]
    until: Instant
    filed_at: Instant
    accepted_at: Instant
    done_at: Instant
    reasons: Reasons
    links: dict[str, str]
    history: Annotated[tuple[HistoryOut, ...] | UnsetType, Meta(description="of one summary only")] = UNSET


class SummariesOut(Answer, frozen=True, kw_only=True):
    """Summaries, newest first."""

    summaries: tuple[SummaryOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `before` for the next page")]


class SummaryLineOut(Answer, frozen=True, kw_only=True):
    """A line of a declaration; destination and item name are empty where the rule does not keep them apart."""

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
    """A declaration."""

    number: int
    month: str
    decl_seq_no: str
    entry_id: str
    head: dict[str, str]
    lines: tuple[SummaryLineOut, ...]
    gross: Amount
    net: Amount
    sources: Annotated[int, Meta(description="lines of lists that it sums up")]


class MadesOut(Answer, frozen=True, kw_only=True):
    """Declarations of a summary."""

    declarations: tuple[SummaryDeclarationOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `after` for the next page")]


class WhereOut(Answer, frozen=True, kw_only=True):
    """Where a list stands."""

    invt_no: str
    standing: Annotated[
        str,
        Meta(description="summarised, claimed, statistics, waits; empty: not closed, or a declaration by itself"),
    ]
    sum_no: str
    lines: Annotated[tuple[tuple[int, ...], ...], Meta(description="each declaration, line there, line of the list")]


class DueOut(Answer, frozen=True, kw_only=True):
    """A merchant's month with lists that wait."""

    ebc_code: str
    month: str
    last_day: str
    waiting: int
    overdue: bool
    provisional: Annotated[bool, Meta(description="the last day rests on holidays that are not published")]


class DuesOut(Answer, frozen=True, kw_only=True):
    """Months that wait, the most urgent first."""

    due: tuple[DueOut, ...]
