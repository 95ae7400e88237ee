"""What the OpenAPI document says of refunds."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, TypeAlias

from apiflask import Schema
from apiflask.fields import Boolean, Integer, String
from apiflask.validators import Length, OneOf, Range
from msgspec import Meta

from single_window.api.answers import Amount, Answer, CaseOut, Instant
from single_window.cases.refunds import ACTIONS

Objects: TypeAlias = tuple[dict[str, Any], ...]


class RefundsIn(Schema):
    """Which claims."""

    state = String(load_default="", validate=Length(0, 30))
    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, 500))
    waiting = Boolean(
        load_default=False, metadata={"description": "only claims that need a decision, the oldest first, in one page"}
    )


class RefundOut(CaseOut, frozen=True, kw_only=True):
    """A claim; amounts in yuan."""

    LIFECYCLE: ClassVar[str] = "refund_claim"
    id: int
    cop_no: str
    ebc_code: str
    state: str
    kind: Annotated[str, Meta(description="T trader, M manufacturer, E exemption")]
    business: Annotated[str, Meta(description="HWC-YT: ahead of sale from an overseas warehouse")]
    period: str
    lines: int
    filed_at: Instant
    due_at: Annotated[Instant, Meta(description="when its review ends")]
    refund: Amount
    paid: Amount
    recovered: Amount
    state_zh: str
    state_en: str
    links: dict[str, str]


class RefundsOut(Answer, frozen=True, kw_only=True):
    """Claims."""

    refunds: tuple[RefundOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `before` for the next page")]


class ExplanationOut(Answer, frozen=True, kw_only=True):
    """Why a claim is what it is; amounts in yuan, words in both languages, dated values with their sources."""

    sandbox: str
    now: str
    claim: Annotated[dict[str, Any], Meta(description="numbers, state, amounts, what stands against it")]
    exports: Annotated[Objects, Meta(description="export lines with the customs items and the rows of the rates")]
    purchases: Annotated[Objects, Meta(description="purchase lines with the invoices")]
    exchange: Annotated[Objects, Meta(description="foreign exchange by pool and currency")]
    treatments: Annotated[
        Objects,
        Meta(description="items, their treatment, every condition: satisfied, pending, failed or not_applicable today"),
    ]
    workings: Annotated[Objects, Meta(description="the formula of each link, number by number")]
    sums: Annotated[Objects, Meta(description="amounts beside what they are made of")]
    entries: Objects
    papers: Annotated[Objects, Meta(description="reconciliations and repayments")]
    income_tax: Objects
    days: Annotated[Objects, Meta(description="days that matter, each with the dated value that sets it")]
    receipts: Objects
    timeline: Objects
    next: Annotated[Objects, Meta(description="what may happen to it")]
    open_deliveries: Annotated[int, Meta(description="work on it that is under way")]
    next_day: dict[str, Any] | None


class ActIn(Schema):
    """What an officer decides."""

    action = String(required=True, validate=OneOf(list(ACTIONS)))
    reason = String(
        load_default="",
        validate=Length(0, 1_000),
        metadata={"description": "all but approve need one; approve where the exchange is short after its term"},
    )
    amount = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "with reduce: the refund in yuan that is left"},
    )
    seen = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "the state in which it was seen; if it has another, nothing is done (409)"},
    )


class ActedOut(Answer, frozen=True, kw_only=True):
    """What came of it."""

    claim: str
    action: str
    status: Annotated[str, Meta(description="done; proposed: a second person must approve it; waiting: it is filed")]
    before: str
    after: str
