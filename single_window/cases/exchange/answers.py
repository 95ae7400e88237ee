"""Answers about foreign exchange reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType

from declarations.forex.rates import letters_of
from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Amount, Answer, BasisOut, CaseOut, HistoryOut, Instant, NextBefore, OfOne, Reasons
from single_window.language import phrases
from single_window.language.words import Words

if TYPE_CHECKING:
    from gateways.forex.repository import FiledReport


class EnterpriseOut(Answer, frozen=True, kw_only=True):
    """An enterprise in the foreign exchange directory."""

    code: str
    forex_class: Annotated[str, Meta(description="A, B or C")]
    registered: Annotated[bool, Meta(description="false: it has reports but is not in the directory")]
    since: Annotated[str, Meta(description="its first day in the directory")]
    source: Annotated[str, Meta(description="who entered it")]
    quota: Annotated[
        Amount, Meta(description="US dollars that an enterprise of class B may move in a year; 0: no quota is stored")
    ]


class YearOut(Answer, frozen=True, kw_only=True):
    """The total that an enterprise received or paid in a calendar year."""

    year: int
    direction: Annotated[str, Meta(description="1 collection, 2 payment")]
    usd: Amount
    count: Annotated[int, Meta(description="reports")]


class EnterprisesOut(Answer, frozen=True, kw_only=True):
    """The directory, or one of its enterprises with its yearly totals."""

    enterprises: tuple[EnterpriseOut, ...]
    years: tuple[YearOut, ...] = ()


class RateOut(Answer, frozen=True, kw_only=True):
    """The customs rate of a currency."""

    currency: str
    code: Annotated[str, Meta(description="the customs code")]
    rate: Annotated[str, Meta(description="yuan for one unit; empty: there is no rate")]
    since: str
    source: str


class RatesOut(Answer, frozen=True, kw_only=True):
    """The customs rates of a day."""

    day: str
    fixed_on: Annotated[str, Meta(description="the day of the previous month whose rates apply")]
    provisional: Annotated[bool, Meta(description="`fixed_on` may change, because its holidays are not published yet")]
    rates: tuple[RateOut, ...]


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
    """A record of the gross restoration (还原申报): a netted report split into its gross amounts."""

    code: str
    holder: str
    country: str
    way: Annotated[str, Meta(description="1 collection, 2 payment")]
    amount: Amount
    gnums: Annotated[tuple[int, ...], Meta(description="the legs that it contains; none: the net amount")]


class ForexReportOut(CaseOut, frozen=True, kw_only=True):
    """A report of received or paid foreign exchange."""

    LIFECYCLE: ClassVar[str] = "forex_report"
    id: int
    cop_no: str
    reporter_code: str
    ebc_code: str
    direction: Annotated[str, Meta(description="1 collection, 2 payment")]
    settlement: Annotated[str, Meta(description="1 gross, 2 netting")]
    currency: Annotated[str, Meta(description="the customs code")]
    legs: int
    value_on: Annotated[str, Meta(description="the day on which the money was received or paid")]
    keep_until: Annotated[str, Meta(description="the last day of its retention period")]
    state: str
    amount: Annotated[Amount, Meta(description="the net amount if it is netted")]
    usd: Amount
    rmb: Amount
    state_zh: str
    state_en: str
    filed_at: Instant
    decided_at: Instant
    reasons: Reasons
    links: dict[str, str]
    bases: Annotated[
        tuple[BasisOut, ...] | UnsetType,
        Meta(description="the dated values behind its reasons, with their acts; only in an answer about one report"),
    ] = UNSET
    of_legs: Annotated[
        tuple[LegOut, ...] | UnsetType, Meta(description="its legs; only in an answer about one report")
    ] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET
    restored: Annotated[
        tuple[RestoredLegOut, ...] | UnsetType,
        Meta(description="the gross restoration of a netted report; only in an answer about one report"),
    ] = UNSET


class ForexReportsOut(Answer, frozen=True, kw_only=True):
    """Reports, newest first."""

    reports: tuple[ForexReportOut, ...]
    next: NextBefore


def direction(code: str) -> Words:
    """Return the name of a direction: 1 collection, 2 payment."""
    return phrases.phrase("exchange_way", code)


def report_out(report: FiledReport, **further: Any) -> ForexReportOut:
    """Return the answer about a report; `further` are optional fields of `ForexReportOut`."""
    return ForexReportOut.of(report, links={"self": f"/api/v1/forex/reports/{report.id}"}, **further)


FOREX_REPORT_KIND = CaseKind(
    noun="report of foreign exchange",
    zh="外汇收支申报",
    plural="reports of foreign exchange",
    listing="Newest first; `state` and `merchant` narrow them.",
    numbers=Words("copNo或id", "its copNo (the newest report if several have it) or its id"),
    command="forex",
    path="/forex/reports",
    missing="no-such-forex-report",
    case_type=ForexReportOut,
    page_type=ForexReportsOut,
    shown_type=ForexReportOut,
    columns=(
        Column(Words("申报编号", "report number"), lambda report: report.cop_no),
        Column(Words("申报机构", "reporter"), lambda report: report.reporter_code, "company"),
        Column(Words("电商企业", "merchant"), lambda report: report.ebc_code, "company"),
        Column(Words("方向", "direction"), lambda report: direction(report.direction)),
        Column(Words("金额", "amount"), lambda report: f"{report.amount} {letters_of(report.currency)}", "money"),
        Column(Words("人民币", "yuan"), lambda report: report.rmb, "number"),
        Column(Words("明细", "legs"), lambda report: report.legs, "number"),
        Column(Words("收付日", "day"), lambda report: report.value_on, "time"),
        STATE_COLUMN,
    ),
    filters=("state", "merchant"),
)
