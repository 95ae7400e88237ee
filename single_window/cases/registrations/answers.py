"""Answers about registrations of companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import (
    Amount,
    Answer,
    CaseOut,
    HistoryOut,
    Instant,
    OfOne,
    Reasons,
    because,
    instant_text,
    local,
)
from single_window.language.words import Words

if TYPE_CHECKING:
    from single_window.cases.registrations.company import Company

PARTS = 100
"""Maximum number of goods in an answer about a company, unless more are requested."""


class GradeOut(Answer, frozen=True, kw_only=True):
    """A credit grade, from a day on."""

    since: str
    grade: str
    source: str
    who: str
    at: Instant


class FiledGoodsOut(Answer, frozen=True, kw_only=True):
    """Goods that a company has filed."""

    item_no: str
    gcode: str
    gname: str
    unit: str
    country: str


class AppliedOut(Answer, frozen=True, kw_only=True):
    """A field of an application, with its registered and its new value."""

    field: str
    registered: str
    applied_for: str


class RegistrationOut(CaseOut, frozen=True, kw_only=True):
    """A company."""

    LIFECYCLE: ClassVar[str] = "registration"
    code: str
    credit_code: str
    name: str
    kinds: str
    dxp_id: str
    state: str
    channel: Annotated[str, Meta(description="green, officer, or imported: from master data")]
    grade: Annotated[str, Meta(description="the current credit grade; empty: not registered")]
    suspended_at: Annotated[Instant, Meta(description="the beginning of its suspension; empty: not suspended")]
    filed_at: Instant
    decided_at: Instant
    zone: str
    taxpayer_kind: str
    refund_kind: str
    tax_credit: str
    net_assets: Amount
    last_refund: Amount
    facts: Annotated[dict[str, str], Meta(description="licences, agent, days of the last refusal and suspension")]
    reasons: Annotated[Reasons, Meta(description="the reasons of the last decision, or for review by an officer")]
    state_zh: str
    state_en: str
    links: dict[str, str]
    grades: OfOne[tuple[GradeOut, ...]] = UNSET
    goods: Annotated[
        tuple[FiledGoodsOut, ...] | UnsetType,
        Meta(description="the first hundred; only in an answer about one company"),
    ] = UNSET
    application: Annotated[
        tuple[AppliedOut, ...] | UnsetType,
        Meta(description="a registered company's pending application; only in an answer about one company"),
    ] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET


class RegistrationsOut(Answer, frozen=True, kw_only=True):
    """Companies, by code."""

    registrations: tuple[RegistrationOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


def registration_out(company: Company, **further: Any) -> RegistrationOut:
    """Return the answer about a company; `further` are optional fields of `RegistrationOut`."""
    known = company.known
    return RegistrationOut.of(
        company.enterprise,
        dxp_id=known.dxp_id if known else "",
        grade=known.credit_grade if known and known.kinds else "",
        suspended_at=instant_text(known.suspended_at) if known else "",
        facts={name: value for name, value in company.enterprise.facts.items() if value},
        links={"self": f"/api/v1/registrations/{company.code}"},
        **further,
    )


REGISTRATION_KIND = CaseKind(
    noun="company",
    zh="企业",
    plural="companies",
    listing="By code, including those from master data; `state` narrows them to one state.",
    numbers=Words("海关注册编码或统一社会信用代码", "its customs code or credit code"),
    command="registration",
    path="/registrations",
    missing="no-such-registration",
    case_type=RegistrationOut,
    page_type=RegistrationsOut,
    shown_type=RegistrationOut,
    columns=(
        Column(Words("海关编码", "code"), lambda company: company.code),
        Column(Words("名称", "name"), lambda company: company.name, "name"),
        Column(Words("类型", "kinds"), lambda company: company.kinds, section="company_kind"),
        STATE_COLUMN,
        Column(Words("信用等级", "grade"), lambda company: company.grade, section="value"),
        Column(Words("申请时间", "applied"), lambda company: local(company.filed_at), "time"),
        Column(Words("通道", "channel"), lambda company: company.channel, "command"),
        Column(Words("原因", "why"), lambda company: because(company.reasons), "command"),
    ),
    filters=("state",),
    following="after",
    key="code",
    parts="filed goods",
)
