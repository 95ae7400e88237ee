"""What the OpenAPI document says of registrations."""

from __future__ import annotations

from typing import Annotated, ClassVar

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, OneOf, Range
from msgspec import UNSET, Meta, UnsetType

from single_window.api.answers import Answer, CaseOut, HistoryOut, Instant, Reasons


def _words(zh: str, least: int = 0) -> String:
    return String(load_default="", validate=Length(least, 1_000), metadata={"description": zh})


class ApplicationIn(Schema):
    """An application; its fields are the elements of the message Registration, which says what each may hold."""

    appType = String(
        load_default="1", validate=OneOf(["1", "2", "3"]), metadata={"description": "1 add, 2 modify, 3 give up"}
    )
    code = String(required=True, validate=Length(1, 40), metadata={"description": "海关注册编码 customs code, 10"})
    creditCode = _words("统一社会信用代码 credit code, 18; of a foreign firm its agent's")
    name = String(required=True, validate=Length(1, 1_000))
    kinds = String(
        required=True,
        validate=Length(1, 1_000),
        metadata={"description": "platform, merchant, payment_provider, carrier, agent, warehouse, joined by ';'"},
    )
    dxpId = _words("DXP编号: where receipts go")
    customsCode = _words("备案海关 customs office, 4")
    expressLicence = _words("快递业务经营许可证号, of carriers")
    paymentLicence = _words("支付业务许可证号或金融许可证号, of payment providers")
    agentCode = _words("境内代理人, of foreign firms")
    zone = _words("所在综试区")
    taxpayerKind = _words("1 general, 2 small-scale")
    refundKind = _words("T trader, M manufacturer, S service platform; empty: none")
    taxCredit = _words("A, B, M, C or D")
    netAssets = _words("yuan")
    lastRefund = _words("yuan")
    note = _words("")


class RegistrationsIn(Schema):
    """Which companies."""

    state = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "in_review, registered, suspended, rejected, deleted; empty: all"},
    )
    after = String(load_default="", validate=Length(0, 18), metadata={"description": "codes behind this one"})
    limit = Integer(load_default=50, validate=Range(1, 500))


class ActIn(Schema):
    """What an officer decides."""

    reason = _words("refuse and suspend need one, and a grade of dishonesty")
    grade = String(load_default="", validate=Length(0, 40), metadata={"description": "of `grade`"})
    since = String(load_default="", validate=Length(0, 10), metadata={"description": "of `grade`, as 2026-04-01"})
    until = String(load_default="", validate=Length(0, 10), metadata={"description": "of `correct`, as 2027-02-28"})


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
    grade: Annotated[str, Meta(description="the credit grade that counts now; empty: not registered")]
    suspended_at: Annotated[Instant, Meta(description="since when it may not declare; empty: it may")]
    filed_at: Instant
    decided_at: Instant
    zone: str
    taxpayer_kind: str
    refund_kind: str
    tax_credit: str
    net_assets: str
    last_refund: str
    facts: Annotated[dict[str, str], Meta(description="licences, agent, days of the last refusal and suspension")]
    reasons: Annotated[Reasons, Meta(description="of the last decision, or why an officer looks")]
    state_zh: str
    state_en: str
    links: dict[str, str]
    grades: Annotated[tuple[GradeOut, ...] | UnsetType, Meta(description="of one company only")] = UNSET
    goods: Annotated[
        tuple[FiledGoodsOut, ...] | UnsetType, Meta(description="the first hundred; of one company only")
    ] = UNSET
    history: Annotated[tuple[HistoryOut, ...] | UnsetType, Meta(description="of one company only")] = UNSET


class RegistrationsOut(Answer, frozen=True, kw_only=True):
    """Companies, by code."""

    registrations: tuple[RegistrationOut, ...]
    next: Annotated[str | None, Meta(description="what to give as `after` for the next page")]
