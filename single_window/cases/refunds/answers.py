"""Answers about refund claims."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from msgspec import UNSET, Meta

from declarations.money import amount_text, scaled_from_text
from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import (
    Amount,
    Answer,
    CaseOut,
    HistoryOut,
    Instant,
    NextBefore,
    OfOne,
    instant_text,
    local,
)
from single_window.language.words import Words


class RefundOut(CaseOut, frozen=True, kw_only=True):
    """A refund claim; amounts in yuan."""

    LIFECYCLE: ClassVar[str] = "refund_claim"
    id: int
    cop_no: str
    ebc_code: str
    state: str
    kind: Annotated[str, Meta(description="T trader, M manufacturer, E exemption")]
    business: Annotated[str, Meta(description="HWC-YT: claimed ahead of the sale from an overseas warehouse")]
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
    history: OfOne[tuple[HistoryOut, ...]] = UNSET


class RefundsOut(Answer, frozen=True, kw_only=True):
    """Claims."""

    refunds: tuple[RefundOut, ...]
    next: NextBefore


class RefundExportOut(Answer, frozen=True, kw_only=True):
    """An export without a refund claim."""

    number: Annotated[str, Meta(description="sumNo of a summary, or invtNo of a list of 9710 and 9810")]
    ebc_code: str
    trade_mode: str
    exported_on: str
    items: int


class RefundExportsOut(Answer, frozen=True, kw_only=True):
    """Exports without a refund claim."""

    exports: tuple[RefundExportOut, ...]


def refund_out(claim: Any, **further: Any) -> RefundOut:
    """Return the answer about a claim; `further` are optional fields of `RefundOut`."""
    address = f"/api/v1/refunds/{quote(claim.key, safe='')}"
    return RefundOut.of(
        claim,
        due_at=instant_text(claim.due),
        links={"self": address, "explanation": f"{address}/explanation"},
        **further,
    )


def _net_paid(claim: RefundOut) -> str:
    return amount_text(scaled_from_text(claim.paid) - scaled_from_text(claim.recovered))


REFUND_CLAIM_KIND = CaseKind(
    noun="refund claim",
    command="refund",
    path="/refunds",
    missing="no-such-refund",
    case_type=RefundOut,
    page_type=RefundsOut,
    shown_type=RefundOut,
    columns=(
        Column(Words("申报", "claim"), lambda claim: claim.cop_no),
        Column(Words("企业", "company"), lambda claim: claim.ebc_code, "company"),
        STATE_COLUMN,
        Column(Words("类型", "kind"), lambda claim: f"{claim.kind} {claim.business}".strip(), section="claim_kind"),
        Column(Words("所属期", "period"), lambda claim: f"{claim.period[:4]}-{claim.period[4:]}"),
        Column(Words("行", "lines"), lambda claim: claim.lines, "number"),
        Column(Words("应退（元）", "refund (CNY)"), lambda claim: claim.refund, "number"),
        Column(Words("已退（元）", "paid (CNY)"), _net_paid, "number"),
        Column(Words("申报时间", "filed"), lambda claim: local(claim.filed_at), "time"),
        Column(Words("审核至", "review until"), lambda claim: local(claim.due_at)[:10], "time"),
    ),
    filters=("state", "waiting", "merchant"),
)
