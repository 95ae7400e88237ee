"""Considers a company after an event and on days that time brings: a worse grade is proposed, a case whose grounds are
gone ends, and so does a grade whose time is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from declarations.calendar import instant_of
from declarations.credit.case_numbers import case_no_of
from declarations.credit.conditions import (
    AssessedCompany,
    CreditAssessment,
    assess,
    circumstances_on,
    decisive,
    is_worse,
    next_change_of_law,
    next_day,
    still_leads,
)
from declarations.credit.events import CreditEvent
from declarations.credit.periods import Repairable, degree_of, ends_on, repairable
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.risk import ORDINARY, grade_values
from gateways.credit.outcomes import ENDED, IN_FORCE, add_event, apply_step, grounds_of, shown_until, take_back
from gateways.credit.repository import CreditCase, CreditDesk, CreditFile, KnownCompany, RecordedEvent
from gateways.topics.credit import AssessmentDue
from gateways.topics.facts import SuspensionChanged

BROKER = "agent"
"""The kind of participants that declare for others."""


def handle_due(deadlines: Sequence[AssessmentDue], desk: CreditDesk) -> None:
    """Consider companies whose day has come."""
    consider(sorted({deadline.code for deadline in deadlines}), desk)


def handle_suspensions(changes: Sequence[SuspensionChanged], desk: CreditDesk) -> None:
    """Consider companies that were suspended or resumed: under Order 225 a suspension is a condition by itself."""
    consider(sorted({change.company for change in changes}), desk)


def consider(codes: Sequence[str], desk: CreditDesk, given: Mapping[str, str] = MappingProxyType({})) -> None:
    """Consider companies as of today; one that is not registered is considered once it is and something happens.

    `given`: grades that the registrar is just being told to give, by company."""
    companies, files, events = (
        desk.repository.companies(codes),
        desk.repository.files(codes),
        desk.repository.events(codes),
    )
    for code in codes:
        if (company := companies.get(code)) is not None:
            now = company._replace(grade=given.get(code, company.grade))
            _consider(now, files[code], events.get(code, ()), desk)


def usable_events(events: Iterable[RecordedEvent], cases: Iterable[CreditCase]) -> list[CreditEvent]:
    """Return events as rules read them, without those of repaired cases: a repair ends their use (修复后停止使用)."""
    repaired = {number for case in cases if case.state == "repaired" for number in case.events}
    return [event.facts for event in events if event.key not in repaired]


def assessed_company(company: KnownCompany, desk: CreditDesk, day: date | None = None) -> AssessedCompany:
    """Return what conditions need of a company on a day, today if none is named: the lists of the calendar year before
    it among them."""
    year = (day or desk.day).year
    last_year = desk.repository.documents_of(
        company.code, instant_of(date(year - 1, 1, 1)), instant_of(date(year, 1, 1))
    )
    suspended = 0 < company.suspended_at <= desk.now
    return AssessedCompany(company.code, company.grade, BROKER in company.kinds.split(";"), last_year, suspended)


def circumstances_of(code: str, desk: CreditDesk, beside: Collection[str]) -> frozenset[str]:
    """Return the numbers of the events that make a company dishonest today by themselves, `beside` those of a case;
    those of repaired cases are left out."""
    if (company := desk.repository.companies([code]).get(code)) is None:
        return frozenset()
    usable = usable_events(desk.repository.events([code]).get(code, ()), desk.repository.cases_of(code))
    events = [event for event in usable if event.number not in beside]
    return circumstances_on(assessed_company(company, desk), events, desk.day, desk.law)


def repairable_of(case: CreditCase, desk: CreditDesk) -> Repairable:
    """Return from when a case in force may be repaired, by what of its events is not quashed and what made the company
    dishonest since."""
    numbers = {*case.events, *circumstances_of(case.ebc_code, desk, case.events)}
    used = [event for event in _kept(case, desk) if event.number in numbers]
    return repairable(date.fromisoformat(case.since), degree_of(_own(case, used)), used, desk.day, desk.law)


def _kept(case: CreditCase, desk: CreditDesk) -> list[CreditEvent]:
    """The events of a case's company that are not quashed."""
    events = [event.facts for event in desk.repository.events([case.ebc_code]).get(case.ebc_code, ())]
    return [event for event in events if event.withdrawn is None or event.withdrawn > desk.day]


def _own(case: CreditCase, events: Iterable[CreditEvent]) -> list[CreditEvent]:
    return [event for event in events if event.number in case.events]


def _renew_in_force(case: CreditCase, desk: CreditDesk) -> None:
    """Let degree, publication and first day of repair follow from what is not quashed of a case in force."""
    degree, first = degree_of(_own(case, _kept(case, desk))), repairable_of(case, desk).first_day
    repair_from = first.isoformat() if first else ""
    if (degree, repair_from) == (case.degree, case.repair_from):
        return
    if degree != case.degree and case.events:
        case.degree = degree
        case.shown_until = case.shown_until and shown_until(case, date.fromisoformat(case.since), desk.law)
    case.repair_from = repair_from
    desk.repository.put_case(case)


def renew_grounds(case: CreditCase, desk: CreditDesk) -> None:
    """Let a case that is upheld rest on what of its told grounds still leads to its grade, by the law of today."""
    company = desk.repository.companies([case.ebc_code]).get(case.ebc_code)
    if company is None:
        return
    events = usable_events(desk.repository.events([case.ebc_code]).get(case.ebc_code, ()), ())
    told = [event for event in events if not case.events or event.number in case.events]
    assessed = assess(assessed_company(company, desk), told, desk.day, desk.law)
    case.grounds, case.events = assessed.conditions, assessed.events
    case.order_zh, case.order_en, case.provisional = assessed.order, assessed.order_en, assessed.provisional
    case.degree = degree_of(event for event in told if event.number in assessed.events)


def _consider(company: KnownCompany, file: CreditFile, recorded: Sequence[RecordedEvent], desk: CreditDesk) -> None:
    cases = desk.repository.cases_of(company.code)
    events = usable_events(recorded, cases)
    current = company.grade
    for case in cases:
        if case.state in IN_FORCE:
            current = _review_in_force(case, company._replace(grade=current), events, desk)
    try:
        assessed = assess(assessed_company(company._replace(grade=current), desk), events, desk.day, desk.law)
    except NoValue:
        return  # a day before there were grades
    worse = bool(assessed.grade) and is_worse(assessed.grade, current, desk.day, desk.law)
    _review_proposals(cases, assessed, worse, events, desk)
    if worse and not _is_settled(cases, assessed, desk):
        _propose(company, case_no_of(company.code, desk.day, len(cases)), assessed, events, desk)
    _schedule_next(company, file, events, desk)


def _review_in_force(case: CreditCase, company: KnownCompany, events: Sequence[CreditEvent], desk: CreditDesk) -> str:
    """End a case that is in force if it no longer follows from what is not quashed, or its time is over; return the
    company's grade then."""
    current = company.grade
    if _is_quashed(case, company, events, desk):
        back = case.grade_before if is_worse(case.grade, case.grade_before, desk.day, desk.law) else ORDINARY
        apply_step(case, "quash", desk, values=take_back(case, back, current, "quashed", desk))
        return back if current == case.grade else current
    ends = _ends_on(case, company, events, desk)
    if ends is not None and ends <= desk.day:
        apply_step(case, "expire", desk, values=take_back(case, ORDINARY, current, "expired", desk))
        return ORDINARY if current == case.grade else current
    _renew_in_force(case, desk)
    return current


def _ends_on(case: CreditCase, company: KnownCompany, events: Sequence[CreditEvent], desk: CreditDesk) -> date | None:
    of_years: dict[int, AssessedCompany] = {}

    def company_on(day: date) -> AssessedCompany:
        """The lists of a year are counted once."""
        if day.year not in of_years:
            of_years[day.year] = assessed_company(company, desk, day)
        return of_years[day.year]

    since = date.fromisoformat(case.since)
    return ends_on(case.grade, since, events, desk.day, desk.law, company_on, case.events)


def _is_quashed(case: CreditCase, company: KnownCompany, events: Sequence[CreditEvent], desk: CreditDesk) -> bool:
    """True if an event of a case was withdrawn, and the others did not lead to its grade on its first day."""
    kept = [event for event in events if event.withdrawn is None or event.withdrawn > desk.day]
    if {event.number for event in kept} >= set(case.events):
        return False
    day = date.fromisoformat(case.since)
    then = assessed_company(company._replace(grade=case.grade_before), desk, day)
    still = assess(then, kept, day, desk.law).grade
    return not still or is_worse(case.grade, still, day, desk.law)


def _review_proposals(
    cases: Sequence[CreditCase],
    assessed: CreditAssessment,
    worse: bool,
    events: Sequence[CreditEvent],
    desk: CreditDesk,
) -> None:
    """End cases that are not decided and whose grade no longer follows, or not from the grounds that the company was
    told; renew the grounds of one nobody was told of."""
    for case in cases:
        if case.state in ENDED or case.state in IN_FORCE:
            continue
        told = case.state != "proposed"
        if not worse or assessed.grade != case.grade or (told and not still_leads(case.grade, case.events, assessed)):
            apply_step(case, "void", desk)
        elif case.state == "proposed" and (case.grounds, case.events) != (assessed.conditions, assessed.events):
            _found(case, assessed, events, desk)
            add_event(case, "renewed", desk, case.reasons, "credit")
            desk.repository.put_case(case)


def _is_settled(cases: Sequence[CreditCase], assessed: CreditAssessment, desk: CreditDesk) -> bool:
    """True if the same grade is proposed or given already, a lesser one was given for all that it rests on, or an
    officer has set it aside until a later day."""
    today = desk.day.isoformat()
    for case in cases:
        if case.state in IN_FORCE and set(assessed.events) <= set(case.events):
            return True
        is_open = case.state not in ENDED or (case.state == "dropped" and bool(case.until) and case.until >= today)
        if is_open and case.grade == assessed.grade:
            return True
    return False


def _propose(
    company: KnownCompany, case_no: str, assessed: CreditAssessment, events: Sequence[CreditEvent], desk: CreditDesk
) -> None:
    case = CreditCase(
        id=desk.repository.new_id(),
        case_no=case_no,
        state="proposed",
        ebc_code=company.code,
        credit_code=company.credit_code,
        name=company.name,
        grade_before=company.grade,
        grade=assessed.grade,
        order_zh=assessed.order,
        order_en=assessed.order_en,
        provisional=assessed.provisional,
        events=(),
        grounds=(),
        opened_at=desk.now,
    )
    _found(case, assessed, events, desk)
    add_event(case, "proposed", desk, case.reasons, "credit")
    desk.repository.put_case(case)


def _found(case: CreditCase, assessed: CreditAssessment, events: Sequence[CreditEvent], desk: CreditDesk) -> None:
    """Put the grounds of an assessment into a case."""
    case.grounds, case.events = assessed.conditions, assessed.events
    case.degree = degree_of(event for event in events if event.number in assessed.events)
    before = grade_values(case.grade_before)
    values = {
        **grade_values(case.grade),
        "before": before["grade"],
        "before_zh": before["grade_zh"],
        "order": assessed.order,
        "order_en": assessed.order_en,
        **grounds_of(case, desk.law),
    }
    case.reasons = (
        Reason(
            "25120", values, tuple(checked.parameter_id for checked in decisive(assessed.conditions, assessed.grade))
        ),
    )


def _day_after(until: str) -> date | None:
    """The day after one that an officer named; None for what earlier versions took that is no day."""
    try:
        return date.fromisoformat(until) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _schedule_next(company: KnownCompany, file: CreditFile, events: Sequence[CreditEvent], desk: CreditDesk) -> None:
    """Schedule the next day on which time alone may change something, unless it is scheduled already."""
    days = [next_day(events, desk.day, desk.law)]
    for case in desk.repository.cases_of(company.code):
        if case.state in IN_FORCE:
            days.append(_ends_on(case, company, events, desk))
        elif case.state == "dropped" and case.until:
            days.append(_day_after(case.until))
        elif case.state not in ENDED:
            days.append(next_change_of_law(desk.day, desk.law))
    following = min((day for day in days if day is not None and day > desk.day), default=None)
    if following is not None and instant_of(following) != file.next_due:
        file.next_due = instant_of(following)
        desk.repository.put_file(file)
        desk.schedule(file.next_due, AssessmentDue(file.code, following.isoformat()))
