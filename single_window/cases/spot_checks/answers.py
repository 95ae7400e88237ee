"""Answers about spot checks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from declarations.spot_checks.drawing import ANY_ORIGIN
from declarations.spot_checks.plans import STOCK, PlanTerms
from gateways.spot_checks.acts import MEASURES
from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Amount, Answer, CaseOut, HistoryOut, Instant, NextBefore, OfOne, Reasons, local
from single_window.language import phrases
from single_window.language.words import Words


class LaboratoryLineOut(Answer, frozen=True, kw_only=True):
    """An item of a laboratory's report: the value found beside its limit."""

    item: str
    standard: str
    limit: str
    value: str
    unit: str
    verdict: Annotated[str, Meta(description="P passed, F failed, N not testable")]


class LaboratoryReportOut(Answer, frozen=True, kw_only=True):
    """A laboratory's report about a sample."""

    laboratory: str
    report_no: str
    seal_no: str
    verdict: str
    issued_at: Instant
    answers: Annotated[str, Meta(description="the report that a retest contradicts")]
    amends: Annotated[str, Meta(description="the report that an amended one replaces; both stay")]
    lines: tuple[LaboratoryLineOut, ...]


class MeasureHitsOut(Answer, frozen=True, kw_only=True):
    """The goods that a measure about a sample concerns: by its lot, or by its goods of its company."""

    lists: Annotated[int, Meta(description="lists with the same goods, or that draw on the lot")]
    waiting: Annotated[int, Meta(description="of these, those that are not released")]
    parcels: Annotated[int, Meta(description="of these, those that are released: parcels sold")]
    sold: Annotated[str, Meta(description="quantity in the parcels sold")]
    lots: Annotated[int, Meta(description="lots of the same goods in all account books")]
    stock: Annotated[str, Meta(description="quantity left of these lots")]
    whole: Annotated[bool, Meta(description="false: only the newest lists were read")]
    named: Annotated[tuple[str, ...], Meta(description="the newest of the lists, by number")]


_ACTIONS = {code: action for action, code in MEASURES.items()}


def measure_words(measure: str) -> Words:
    """Return the name of a measure by its code; empty where none is ordered."""
    action = _ACTIONS.get(measure)
    return phrases.act(action, "spot_check") if action else Words("", "")


class SpotSampleOut(CaseOut, frozen=True, kw_only=True):
    """A sample of what a plan drew: a line of a list, or a lot of an account book."""

    LIFECYCLE: ClassVar[str] = "spot_check"
    id: int
    sample_no: str
    plan_no: str
    basis: Annotated[str, Meta(description="R random, T targeted, C complaint, M bought")]
    place: Annotated[str, Meta(description="S site, W bonded warehouse, O online")]
    stratum: Annotated[str, Meta(description="chapter|origin|grade")]
    key: Annotated[str, Meta(description="ebcCode|orderNo|gnum, or emsNo|itemRecordNo, by which it was drawn")]
    invt_no: str
    gnum: int
    ems_no: str
    item_record_no: str
    ebc_code: str
    gcode: str
    gname: str
    qty: Annotated[Amount, Meta(description="all that there was to draw from")]
    unit: str
    state: str
    state_zh: str
    state_en: str
    seal_no: str
    taken_qty: Annotated[Amount, Meta(description="the quantity of the sample; 0.00 until it is taken")]
    laboratory: str
    report_no: str
    verdict: str
    measure: Annotated[str, Meta(description="W warn, D delist, R rectify, B send back, X destroy, C recall")]
    drawn_at: Instant
    due_at: Instant
    taken_at: Instant
    reported_at: Instant
    measure_due: Instant
    done_qty: Annotated[Amount, Meta(description="what the company has reported as done of the measure")]
    cleared_qty: Annotated[
        Amount, Meta(description="what was destroyed or sent back after a closed delisting or recall")
    ]
    ebp_code: Annotated[str, Meta(description="the platform that was told of the measure, too")]
    platform_answered: Annotated[Instant, Meta(description="when it last answered that it delists the goods")]
    reasons: Reasons
    reports: OfOne[tuple[LaboratoryReportOut, ...]] = UNSET
    retest_until: Annotated[
        Instant | UnsetType,
        Meta(description="until when the company may contradict a failure; only in an answer about one sample"),
    ] = UNSET
    hits: OfOne[MeasureHitsOut] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET


class SpotSamplesOut(Answer, frozen=True, kw_only=True):
    """Samples, newest first."""

    samples: tuple[SpotSampleOut, ...]
    next: NextBefore


class FailureRateOut(Answer, frozen=True, kw_only=True):
    """The share of random samples that failed, with its interval of 95 % (Wilson)."""

    failed: int
    tested: int
    share: float
    low: float
    high: float


class RaisedOut(Answer, frozen=True, kw_only=True):
    """A stratum of which a plan draws more, because samples of earlier plans failed there."""

    chapter: str
    origin: Annotated[str, Meta(description="country code; empty: goods of any origin")]
    factor: Annotated[str, Meta(description="of the share or the number that the terms say")]


def raised_out(raised: Mapping[str, Decimal], terms: PlanTerms) -> tuple[RaisedOut, ...]:
    """Return the strata of these factors (`declarations.spot_checks.drawing.raised_strata`) that a plan covers."""
    scope = terms.scope
    strata = ((*stratum.split("|"), str(factor)) for stratum, factor in raised.items())
    return tuple(
        RaisedOut(chapter=chapter, origin="" if origin == ANY_ORIGIN else origin, factor=factor)
        for chapter, origin, factor in strata
        if (not scope.goods or any(goods.startswith(chapter) for goods in scope.goods))
        and (origin == ANY_ORIGIN or (terms.universe != STOCK and scope.origin in {"", origin}))
    )


class SpotCheckPlanOut(Answer, frozen=True, kw_only=True):
    """A plan of spot checks, with what it has found."""

    plan_no: str
    terms: str
    basis: str
    universe: str
    opened_by: str
    commitment: Annotated[str, Meta(description="SHA-256 of the secret")]
    secret: Annotated[str, Meta(description="empty until the plan ends")]
    opened_at: Instant
    closes_at: Instant
    samples: Annotated[int, Meta(description="number of samples drawn")]
    rate: Annotated[FailureRateOut | None, Meta(description="only of random plans with tested samples")]
    raised: Annotated[tuple[RaisedOut, ...], Meta(description="where it draws more than its terms say")]


class SpotCheckPlansOut(Answer, frozen=True, kw_only=True):
    """Plans, newest first."""

    plans: tuple[SpotCheckPlanOut, ...]


class PlanPowerOut(Answer, frozen=True, kw_only=True):
    """The power of a plan if a share of all units is bad."""

    bad_share: float
    needed: Annotated[int, Meta(description="units to draw to meet a bad one with 95 %")]
    missed: Annotated[float, Meta(description="probability that the samples to be expected meet none")]


class SpotCheckPreviewOut(Answer, frozen=True, kw_only=True):
    """The samples that a plan would draw if it were opened now."""

    universe: str
    days: Annotated[int, Meta(description="days whose released lists were read, of a flow")]
    lists: int
    units: Annotated[int, Meta(description="lines or lots that it could draw from")]
    samples: Annotated[float, Meta(description="to be expected, in all these days")]
    a_day: Annotated[float, Meta(description="to be expected a day; of stock at once")]
    shared: Annotated[float, Meta(description="not counted: units that older open plans are to be expected to draw")]
    raised: Annotated[tuple[RaisedOut, ...], Meta(description="where it would draw more than its terms say")]
    whole: Annotated[bool, Meta(description="false: there are more lists than were read")]
    finds: tuple[PlanPowerOut, ...]


class RedrawOut(Answer, frozen=True, kw_only=True):
    """A plan drawn again from what is stored."""

    plan_no: str
    committed: Annotated[bool, Meta(description="whether the secret is the one that the plan committed itself to")]
    units: Annotated[int, Meta(description="number of units that it could draw from")]
    drawn: int
    redrawn: int
    difference: Annotated[str, Meta(description="the first unit that only one of the two draws has; empty if none")]


SPOT_CHECK_KIND = CaseKind(
    noun="sample",
    zh="抽查样品",
    plural="samples",
    listing="Newest first; `state` and `merchant` narrow them.",
    numbers=Words("sampleNo", "its sampleNo or its id"),
    command="spot-check",
    path="/spot-checks",
    missing="no-such-spot-check",
    case_type=SpotSampleOut,
    page_type=SpotSamplesOut,
    shown_type=SpotSampleOut,
    columns=(
        Column(Words("样品", "sample"), lambda sample: sample.sample_no),
        Column(Words("企业", "company"), lambda sample: sample.ebc_code, "company"),
        Column(Words("清单或账册", "list or account book"), lambda sample: sample.invt_no or sample.ems_no),
        Column(Words("商品", "goods"), lambda sample: f"{sample.gcode} {sample.gname}"),
        Column(Words("抽中时间", "drawn"), lambda sample: local(sample.drawn_at), "time"),
        STATE_COLUMN,
    ),
    filters=("state", "merchant"),
)
