"""Answers about parcels to and from Korea. `confidence` says how sure a thing is: C known, K known from one source, I
our own; exchanges of certificates and AEO lists are known, everything about parcels is our own."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import (
    Amount,
    Answer,
    CaseOut,
    HistoryOut,
    Instant,
    NextBefore,
    OfOneCase,
    Reasons,
    local,
)
from single_window.language.words import Words


class KoreaCertificateOut(Answer, frozen=True, kw_only=True):
    """A certificate of origin as data."""

    cert_no: str
    agreement: Annotated[str, Meta(description="F China-Korea FTA, A APTA")]
    state: Annotated[str, Meta(description="valid, cancelled; not_exchanged: no data of it came")]
    issued: str
    exporter: str
    bl_no: str
    hs6: Annotated[tuple[str, ...], Meta(description="HS codes of its items")]
    used_by: Annotated[str, Meta(description="the number of the parcel that has its preference")]
    confidence: Annotated[str, Meta(description="of the exchange: C; its message is our own")]


class KoreaInspectionOut(Answer, frozen=True, kw_only=True):
    """The newest inspection of a parcel by Korea."""

    method: Annotated[str, Meta(description="1 X-ray, 2 opened, 3 quarantine")]
    result: Annotated[str, Meta(description="1 clean, 2 irregular, 3 not done")]
    at: Instant
    seal_no: str
    container_no: str


class KoreaParcelOut(CaseOut, frozen=True, kw_only=True):
    """A parcel to Korea, or from there: what its customs did with it beside our list."""

    LIFECYCLE: ClassVar[str] = "korea_parcel"
    id: int
    parcel_no: str
    direction: Annotated[str, Meta(description="1 China to Korea, 2 Korea to China")]
    hbl_no: str
    state: str
    state_zh: str
    state_en: str
    confidence: Annotated[str, Meta(description="I: messages, outcomes and codes are our own")]
    bill_no: str
    voyage_no: str
    container_no: str
    seal_no: str
    eta: Instant
    goods_name: str
    hs: str
    value: Amount
    currency: str
    gross_weight: Amount
    manifest_weight: Amount
    cert_no: str
    aeo_no: str
    declaration_no: str
    consignee: Annotated[str, Meta(description="the id of the consignee, masked")]
    invt_no: Annotated[str, Meta(description="our list of it")]
    our_state: Annotated[str, Meta(description="the state of our list")]
    told_at: Annotated[Instant, Meta(description="the last outcome that Korea's customs told from outside")]
    told_status: str
    opened_at: Instant
    reasons: Reasons
    certificate: Annotated[KoreaCertificateOut | UnsetType | None, Meta(description="in an answer about one case")] = (
        UNSET
    )
    inspection: Annotated[KoreaInspectionOut | UnsetType | None, Meta(description="in an answer about one case")] = (
        UNSET
    )
    history: OfOneCase[tuple[HistoryOut, ...]] = UNSET


class KoreaParcelsOut(Answer, frozen=True, kw_only=True):
    """Parcels to and from Korea, newest first."""

    parcels: tuple[KoreaParcelOut, ...]
    next: NextBefore


KOREA_KIND = CaseKind(
    noun="parcel to or from Korea",
    zh="中韩包裹",
    plural="parcels to and from Korea",
    listing="Newest first; `state` narrows them.",
    numbers=Words("parcelNo", "its parcelNo or its id"),
    command="korea",
    path="/korea/parcels",
    missing="no-such-case",
    case_type=KoreaParcelOut,
    page_type=KoreaParcelsOut,
    shown_type=KoreaParcelOut,
    columns=(
        Column(Words("编号", "case"), lambda parcel: parcel.parcel_no),
        Column(Words("方向", "direction"), lambda parcel: parcel.direction, "", "korea_direction"),
        Column(Words("箱号", "container"), lambda parcel: parcel.container_no),
        Column(Words("证书", "certificate"), lambda parcel: parcel.cert_no),
        Column(Words("我方清单", "our list"), lambda parcel: parcel.invt_no),
        Column(Words("登记时间", "opened"), lambda parcel: local(parcel.opened_at), "time"),
        STATE_COLUMN,
    ),
    filters=("state",),
)
