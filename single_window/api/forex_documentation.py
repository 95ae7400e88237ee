"""What the OpenAPI document says of foreign exchange."""

from __future__ import annotations

from typing import Annotated, ClassVar

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from msgspec import UNSET, Meta, UnsetType

from single_window.api.answers import Amount, Answer, CaseOut, HistoryOut, Instant, Reasons


class ForexReportsIn(Schema):
    """Which reports."""

    state = String(
        load_default="", validate=Length(0, 30), metadata={"description": "in_review, booked or rejected; empty: all"}
    )
    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, 500))


class LegOut(Answer, frozen=True, kw_only=True):
    """A leg of a report."""

    report_id: int
    number: int
    state: str
    ebc_code: str
    direction: Annotated[str, Meta(description="1 collection, 2 payment")]
    leg_kind: str
    trans_code: str
    order_no: str
    entry_no: str
    counterparty: str
    country: str
    currency: Annotated[str, Meta(description="the customs code")]
    amount: Amount
    usd: Amount
    rmb: Amount
    at: Instant


class RestoredLegOut(Answer, frozen=True, kw_only=True):
    """A record of the gross restoration."""

    code: str
    holder: str
    country: str
    way: Annotated[str, Meta(description="1 collection, 2 payment")]
    amount: Amount
    gnums: Annotated[tuple[int, ...], Meta(description="the legs that it holds; none: the net amount")]


class ForexReportOut(CaseOut, frozen=True, kw_only=True):
    """A report of foreign exchange received or paid."""

    LIFECYCLE: ClassVar[str] = "forex_report"
    id: int
    cop_no: str
    reporter_code: str
    ebc_code: str
    direction: Annotated[str, Meta(description="1 collection, 2 payment")]
    settlement: Annotated[str, Meta(description="1 gross, 2 netting")]
    currency: Annotated[str, Meta(description="the customs code")]
    legs: int
    value_on: Annotated[str, Meta(description="the day on which it was received or paid")]
    keep_until: Annotated[str, Meta(description="the last day on which its record is kept")]
    state: str
    amount: Annotated[Amount, Meta(description="the net amount where it is netted")]
    usd: Amount
    rmb: Amount
    state_zh: str
    state_en: str
    filed_at: Instant
    decided_at: Instant
    reasons: Reasons
    links: dict[str, str]
    of_legs: Annotated[tuple[LegOut, ...] | UnsetType, Meta(description="its legs; of one report only")] = UNSET
    history: Annotated[tuple[HistoryOut, ...] | UnsetType, Meta(description="of one report only")] = UNSET
    restored: Annotated[
        tuple[RestoredLegOut, ...] | UnsetType,
        Meta(description="the gross restoration of a netted report; of one report only"),
    ] = UNSET


class ForexReportsOut(Answer, frozen=True, kw_only=True):
    """Reports, newest first."""

    reports: tuple[ForexReportOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `before` for the next page")]
