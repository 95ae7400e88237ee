"""Answers about pest checks."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.kinds import CaseKind, Column
from single_window.frame.typed import Answer, CaseOut, HistoryOut, Instant, Reasons, local
from single_window.language.words import Words


class GoodsSampleOut(CaseOut, frozen=True, kw_only=True):
    """A line of a released list that a plan drew."""

    LIFECYCLE: ClassVar[str] = "pest_check"
    id: int
    sample_no: str
    plan_no: str
    key: Annotated[str, Meta(description="ebcCode|orderNo|gnum, by which it was drawn")]
    invt_no: str
    ebc_code: str
    gcode: str
    gname: str
    seal_no: str
    state: str
    state_zh: str
    state_en: str
    taken_at: Instant
    reported_at: Instant
    reasons: Reasons
    history: Annotated[tuple[HistoryOut, ...] | UnsetType, Meta(description="only in an answer about one sample")] = (
        UNSET
    )


class PestSamplesOut(Answer, frozen=True, kw_only=True):
    """Samples, newest first."""

    samples: tuple[GoodsSampleOut, ...]
    next: Annotated[int | None, Meta(description="`before` of the next page")]


class PlanOut(Answer, frozen=True, kw_only=True):
    """A plan of pest checks."""

    plan_no: str
    commitment: Annotated[str, Meta(description="SHA-256 of the secret")]
    secret: Annotated[str, Meta(description="empty until the plan ends")]
    opened_at: Instant
    closes_at: Instant


class PlansOut(Answer, frozen=True, kw_only=True):
    """Plans, newest first."""

    plans: tuple[PlanOut, ...]


PEST_CHECK_KIND = CaseKind(
    noun="sample",
    zh="检疫抽检样品",
    plural="samples",
    listing="Newest first; `state` and `merchant` narrow them.",
    numbers=Words("sampleNo", "its sampleNo or its id"),
    command="pest-check",
    path="/pest-checks",
    missing="no-such-pest-check",
    case_type=GoodsSampleOut,
    page_type=PestSamplesOut,
    shown_type=GoodsSampleOut,
    columns=(
        Column(Words("样品", "sample"), lambda sample: sample.sample_no),
        Column(Words("企业", "merchant"), lambda sample: sample.ebc_code),
        Column(Words("清单", "list"), lambda sample: sample.invt_no),
        Column(Words("商品", "goods"), lambda sample: f"{sample.gcode} {sample.gname}"),
        Column(Words("抽样时间", "taken"), lambda sample: local(sample.taken_at), "time"),
        Column(Words("状态", "state"), lambda sample: sample.state_words, "state"),
    ),
    filters=("state", "merchant"),
)
