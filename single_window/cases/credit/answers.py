"""Answers about credit: cases, a company's profile, its events, conditions and effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from declarations.parameters import Parameters
from declarations.risk import GRADES_IN_CHINESE
from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Amount, Answer, CaseOut, HistoryOut, Instant, NextBefore, OfOne, Reasons, local
from single_window.language import phrases
from single_window.language.words import Words

if TYPE_CHECKING:
    from declarations.credit.conditions import Checked
    from declarations.credit.events import EventState
    from gateways.credit.repository import RecordedEvent


class MeasureOut(Answer, frozen=True, kw_only=True):
    """A number of a condition beside its limit."""

    name: Annotated[str, Meta(description="events, share, amount, error_times, suspended")]
    name_zh: str
    name_en: str
    found: str
    limit: str
    satisfied: bool


class ConditionOut(Answer, frozen=True, kw_only=True):
    """A condition of a regime with its numbers, and whether it is satisfied."""

    name: str
    title_zh: str
    title_en: str
    grade: Annotated[str, Meta(description="the grade to which it leads")]
    satisfied: bool
    measures: tuple[MeasureOut, ...]
    events: Annotated[tuple[str, ...], Meta(description="the numbers of the events used")]
    parameter_id: str
    confidence: Annotated[str, Meta(description="C confirmed, C* weakly, K known, I own choice")]

    @property
    def title(self) -> Words:
        """Its name."""
        return Words(self.title_zh, self.title_en)


class RegimeOut(Answer, frozen=True, kw_only=True):
    """The assessment of a company on one day under a regime."""

    order_zh: str
    order_en: str
    provisional: Annotated[bool, Meta(description="articles of the regime are not known")]
    grade: Annotated[str, Meta(description="the grade to which conditions lead; empty: none is satisfied")]
    conditions: tuple[ConditionOut, ...]


class CreditOrderOut(Answer, frozen=True, kw_only=True):
    """A regime of credit: the order, and the first day on which it is in force."""

    since: str
    order_zh: str
    order_en: str


class EventOut(Answer, frozen=True, kw_only=True):
    """An event that counts, or once did, for a company's credit."""

    number: Annotated[str, Meta(description="agency|eventNo")]
    kind: str
    kind_zh: str
    kind_en: str
    degree: Annotated[str, Meta(description="L light, G general, S severe")]
    state: Annotated[str, Meta(description="on the day asked about: recorded, counted, lapsed, withdrawn, repaired")]
    state_zh: str
    state_en: str
    agency: str
    doc_no: str
    amount: Amount
    documents: int
    occurred: str
    decided: str
    final: str
    cured: str
    withdrawn: str
    evidence: str
    lapses: Annotated[str, Meta(description="the first day on which it counts no more; empty: not known yet")]

    @property
    def kind_words(self) -> Words:
        """The name of its kind."""
        return Words(self.kind_zh, self.kind_en)

    @property
    def state_words(self) -> Words:
        """The name of its state."""
        return Words(self.state_zh, self.state_en)


class EventsOut(Answer, frozen=True, kw_only=True):
    """The events of a company."""

    events: tuple[EventOut, ...]
    registered: Annotated[bool, Meta(description="false: nobody has registered the company, and nothing counts them")]


class PublishedOut(Answer, frozen=True, kw_only=True):
    """A decision that is published: company, grade, basis and days. No person is in it."""

    case_no: str
    credit_code: str
    name: str
    grade: str
    basis_zh: str
    basis_en: str
    since: str
    shown_until: str


class PublishedPageOut(Answer, frozen=True, kw_only=True):
    """Decisions that are published, newest first."""

    companies: tuple[PublishedOut, ...]
    next: NextBefore


class EffectOut(Answer, frozen=True, kw_only=True):
    """An effect that a grade has on a day, beside what another one would."""

    name: str
    title_zh: str
    title_en: str
    now: str
    then: str
    parameter_id: str

    @property
    def title(self) -> Words:
        """Its name."""
        return Words(self.title_zh, self.title_en)


class GradeCostOut(Answer, frozen=True, kw_only=True):
    """The cost that the proposed grade would have had for the company in the last days, beside the grade that it
    has."""

    since: Annotated[str, Meta(description="the first day")]
    until: Annotated[str, Meta(description="the last day")]
    lists: Annotated[int, Meta(description="lists of the company that were accepted in this time")]
    inspected: Annotated[int, Meta(description="of these, lists that were inspected")]
    expected_now: Annotated[str, Meta(description="inspections to be expected by the rates of the grade that it has")]
    expected_then: Annotated[str, Meta(description="inspections to be expected by those of the proposed grade")]
    covered_now: Annotated[
        Amount, Meta(description="tax that it had to cover as a guarantor whose guarantee is waived")
    ]
    covered_then: Annotated[Amount, Meta(description="tax that it would have had to cover")]


class CreditProfileOut(Answer, frozen=True, kw_only=True):
    """A company's credit: the public part for everybody, the rest for the company itself and officers."""

    name: str
    credit_code: str
    ebc_code: str
    grade: str
    grade_zh: str
    day: str
    orders: Annotated[
        tuple[CreditOrderOut, ...],
        Meta(description="the regimes that there are, oldest first; `regime` is a day of one"),
    ]
    published: tuple[PublishedOut, ...]
    events: Annotated[tuple[EventOut, ...] | UnsetType, Meta(description="only for the company itself")] = UNSET
    regimes: Annotated[
        tuple[RegimeOut, ...] | UnsetType,
        Meta(description="only for the company itself: the regime of the day first, then the others asked for"),
    ] = UNSET
    cases: Annotated[
        tuple[CreditCaseOut, ...] | UnsetType, Meta(description="only for the company itself: newest first")
    ] = UNSET


class CreditCaseOut(CaseOut, frozen=True, kw_only=True):
    """A case about a company's credit grade."""

    LIFECYCLE: ClassVar[str] = "credit_case"
    id: int
    case_no: str
    ebc_code: str
    credit_code: str
    name: str
    grade_before: str
    grade: str
    order_zh: str
    order_en: str
    provisional: bool
    degree: str
    events: tuple[str, ...]
    state: str
    state_zh: str
    state_en: str
    opened_at: Instant
    defence_until: Annotated[str, Meta(description="the last day for objections")]
    objection: str
    decide_until: Annotated[
        str, Meta(description="the last day on which an objection is verified, or a repair decided")
    ]
    since: Annotated[str, Meta(description="the first day of the grade")]
    shown_until: Annotated[str, Meta(description="the last day of publication; empty: not published")]
    repair_from: Annotated[str, Meta(description="the first possible day of a repair; empty: none")]
    plea: Annotated[str, Meta(description="what the application for repair says")]
    until: Annotated[str, Meta(description="of a dropped case: until when the same grade is not proposed again")]
    decided_by: str
    decided_at: Instant
    ended_at: Instant
    reasons: Reasons
    conditions: OfOne[tuple[ConditionOut, ...]] = UNSET
    effects: OfOne[tuple[EffectOut, ...]] = UNSET
    preview: Annotated[
        GradeCostOut | UnsetType, Meta(description="only in an answer about one case that is not decided")
    ] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET


class CreditCasesOut(Answer, frozen=True, kw_only=True):
    """Cases, newest first."""

    cases: tuple[CreditCaseOut, ...]
    next: NextBefore


class AnsweredOut(Answer, frozen=True, kw_only=True):
    """The result of what a company sent about a case."""

    case: CreditCaseOut
    status: Annotated[str, Meta(description="done, refused, or waiting: not carried out yet")]
    reasons: Annotated[Reasons, Meta(description="why it is refused")]


def grade_words(grade: str) -> Words:
    """Return the name of a grade."""
    return Words(GRADES_IN_CHINESE.get(grade, grade), grade.replace("_", " "))


def condition_out(checked: Checked, law: Parameters) -> ConditionOut:
    """Return the answer about a condition."""
    titled = law.parameter(checked.parameter)
    measures = []
    for measure in checked.measures:
        words = phrases.phrase("credit_measure", measure.name)
        measures.append(MeasureOut(name_zh=words.zh, name_en=words.en, **measure._asdict()))
    return ConditionOut.of(checked, title_zh=titled.title, title_en=titled.title_en, measures=tuple(measures))


def event_out(event: RecordedEvent, state: EventState, lapses: str) -> EventOut:
    """Return the answer about an event in its state of a day."""
    kind, words = phrases.phrase("credit_kind", event.kind), phrases.phrase("credit_event_state", state)
    return EventOut.of(
        event,
        number=event.key,
        kind_zh=kind.zh,
        kind_en=kind.en,
        state=str(state),
        state_zh=words.zh,
        state_en=words.en,
        lapses=lapses,
    )


CREDIT_KIND = CaseKind(
    noun="credit case",
    zh="信用等级认定",
    plural="credit cases",
    listing="Newest first; `state` and `merchant` narrow them.",
    numbers=Words("caseNo或id", "its caseNo or its id"),
    command="credit",
    path="/credit/cases",
    missing="no-such-credit-case",
    case_type=CreditCaseOut,
    page_type=CreditCasesOut,
    shown_type=CreditCaseOut,
    columns=(
        Column(Words("认定编号", "case"), lambda case: case.case_no),
        Column(Words("企业", "company"), lambda case: case.ebc_code, "company"),
        Column(Words("原等级", "before"), lambda case: grade_words(case.grade_before)),
        Column(Words("拟认定等级", "grade"), lambda case: grade_words(case.grade)),
        Column(Words("依据", "regime"), lambda case: Words(case.order_zh, case.order_en)),
        Column(Words("提出时间", "proposed"), lambda case: local(case.opened_at), "time"),
        STATE_COLUMN,
    ),
    filters=("state", "merchant"),
)
