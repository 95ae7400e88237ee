"""The conditions of a day's regime: what of a company's events and facts each counts, its limits, and the grade that
the satisfied ones lead to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.credit.events import CreditEvent, counted_on, is_open, lapses_on
from declarations.money import amount_text, scaled_of
from declarations.parameters import NoValue, Parameter, Parameters, Value
from declarations.parameters.tables.clearance import CreditGrading
from declarations.parameters.tables.credit import CreditCondition, CreditProcedure

PREFIX = "credit.conditions."


class AssessedCompany(NamedTuple):
    """A company as far as conditions need it beside its events. `documents`: of last calendar year, None or 0: unknown.
    `error_times`: its error rate of the quarter as a multiple of the national average, None: unknown."""

    code: str
    grade: str
    broker: bool = False
    documents: int | None = None
    suspended: bool = False
    error_times: Decimal | None = None


class Measure(NamedTuple):
    """A number of a condition beside its limit, as texts; `satisfied` if it is above, or reaches, the limit."""

    name: str
    found: str
    limit: str
    satisfied: bool


class Checked(NamedTuple):
    """A condition of the regime: the grade to which it leads, its numbers, the events used, the dated value."""

    name: str
    grade: str
    satisfied: bool
    measures: tuple[Measure, ...]
    events: tuple[str, ...]
    parameter_id: str
    confidence: str

    @property
    def parameter(self) -> str:
        """The name of the parameter."""
        return f"credit.conditions.{self.name}"


class CreditAssessment(NamedTuple):
    """The assessment of a company on a day under a regime: `grade` is the worst to which a satisfied condition leads,
    empty if none is satisfied. `provisional`: articles of the regime are not known to us."""

    day: date
    order: str
    order_en: str
    grade: str
    conditions: tuple[Checked, ...]
    provisional: bool

    @property
    def events(self) -> tuple[str, ...]:
        """The numbers of the events that the decisive conditions used."""
        return tuple(sorted({number for checked in decisive(self.conditions, self.grade) for number in checked.events}))

    @property
    def satisfied(self) -> tuple[Checked, ...]:
        """The satisfied conditions."""
        return tuple(checked for checked in self.conditions if checked.satisfied)


def decisive(conditions: Iterable[Checked], grade: str) -> tuple[Checked, ...]:
    """Return the satisfied conditions that lead to a grade; if none does, all that are satisfied."""
    satisfied = tuple(checked for checked in conditions if checked.satisfied)
    return tuple(checked for checked in satisfied if checked.grade == grade) or satisfied


def assess(
    company: AssessedCompany, events: Iterable[CreditEvent], day: date, law: Parameters, regime: date | None = None
) -> CreditAssessment:
    """Assess a company on a day, under the law of that day or of another one (`regime`).

    Raises `NoValue` if there is no regime on that day.
    """
    regime = regime or day
    grading = law.on("registration.grading", regime).table_as(CreditGrading)
    counted = counted_on(events, day, law)
    checked = tuple(
        _check(value, company, counted, day)
        for value in _conditions_on(regime, law)
        if _concerns(value.table_as(CreditCondition), company)
    )
    led_to = [condition.grade for condition in checked if condition.satisfied]
    provisional = law.on("credit.procedure", regime).table_as(CreditProcedure).provisional
    worst = max(led_to, key=grading.grades.index, default="")
    return CreditAssessment(day, grading.order, grading.order_en, worst, checked, provisional)


def side_by_side(
    company: AssessedCompany, events: Sequence[CreditEvent], day: date, law: Parameters, regimes: Iterable[date]
) -> tuple[CreditAssessment, ...]:
    """Assess a company on one day under the regimes of several days."""
    return tuple(assess(company, events, day, law, regime) for regime in regimes)


def circumstances_on(
    company: AssessedCompany, events: Iterable[CreditEvent], day: date, law: Parameters
) -> frozenset[str]:
    """Return the numbers of the events that make a company dishonest on a day: those that a satisfied condition with
    such a grade uses (第251号令第二十二条, 第237号令第十二条). Empty before there were grades."""
    try:
        finding = law.on("registration.grading", day).table_as(CreditGrading).finding
        satisfied = assess(company, events, day, law).satisfied
    except NoValue:
        return frozenset()
    return frozenset(number for checked in satisfied if checked.grade in finding for number in checked.events)


def kinds_of_findings(day: date, law: Parameters) -> frozenset[str]:
    """Return the kinds of events that can make a company dishonest on a day."""
    try:
        finding = law.on("registration.grading", day).table_as(CreditGrading).finding
    except NoValue:
        return frozenset()
    tables = (value.table_as(CreditCondition) for value in _conditions_on(day, law))
    return frozenset(kind for table in tables if table.grade in finding for kind in table.kinds)


def still_leads(grade: str, used: Collection[str], assessment: CreditAssessment) -> bool:
    """True if a satisfied condition still leads to a grade by one of the events used, or by none if none was used."""
    return any(
        (not used and not checked.events) or bool(set(used) & set(checked.events))
        for checked in assessment.satisfied
        if checked.grade == grade
    )


def next_change_of_law(day: date, law: Parameters) -> date | None:
    """Return the first day after `day` on which a condition changes."""
    days = {value.since for parameter in _parameters(law) for value in parameter.values}
    return min((since for since in days if since > day), default=None)


def is_worse(grade: str, than: str, day: date, law: Parameters) -> bool:
    """True if a grade of a day's regime is worse than another; a grade that the regime lacks is the best."""
    grades = law.on("registration.grading", day).table_as(CreditGrading).grades
    return grade in grades and (than not in grades or grades.index(grade) > grades.index(than))


def next_day(events: Iterable[CreditEvent], day: date, law: Parameters) -> date | None:
    """Return the first day after `day` on which the assessment may change by time alone; None: there is none."""
    conditions = [value.table_as(CreditCondition) for value in _conditions_on(day, law)]
    found = {change} if (change := next_change_of_law(day, law)) else set()
    kept = [event for event in events if event.withdrawn is None or event.withdrawn > day]
    counted = counted_on(kept, day, law) if kept else ()
    lags = {timedelta(), *map(_lag, kept)}
    for event in kept:
        concerned = [table for table in conditions if event.kind in table.kinds]
        ends = {months_after(event.decided, table.months) for table in concerned if table.months is not None}
        found |= {end + lag for end in ends for lag in lags}
        if event in counted and any(table.above_share is not None for table in concerned):
            found.add(date(day.year + 1, 1, 1))  # the documents of another year are counted
        if is_open(event, day):
            last_days = (_open_until(event, table) for table in concerned)
            found |= {last + timedelta(days=1) for last in last_days if last is not None}
        moments = event.final, lapses_on(event, law), event.cured, event.withdrawn
        found |= {moment for moment in moments if moment is not None}
    lasting = any((lapse := lapses_on(event, law)) is None or lapse > day for event in kept)
    return min((later for later in found if later > day), default=None) if lasting else None


def _parameters(law: Parameters) -> Iterator[Parameter]:
    return (parameter for parameter in law.describe() if parameter.name.startswith(PREFIX))


def _conditions_on(day: date, law: Parameters) -> Iterator[Value]:
    for parameter in _parameters(law):
        try:
            yield law.on(parameter.name, day)
        except NoValue:
            continue  # a regime need not have a condition that another has


def _concerns(table: CreditCondition, company: AssessedCompany) -> bool:
    if table.holding and company.grade not in table.holding:
        return False
    return table.of == "all" or (table.of == "broker") == company.broker


def _check(value: Value, company: AssessedCompany, counted: Sequence[CreditEvent], day: date) -> Checked:
    """Check a condition: in the months before the day, or where penalties took time to become final, in those before
    the last of them was decided (一年内以作出处罚决定之日计, our reading)."""
    table = value.table_as(CreditCondition)
    of_day, *before = (_check_until(until, value, company, counted, day) for until in _ends(table, counted, day))
    met = (checked for checked in before if checked.satisfied and len(checked.events) > 1)
    return of_day if of_day.satisfied else next(met, of_day)


def _ends(table: CreditCondition, counted: Sequence[CreditEvent], day: date) -> list[date]:
    """The days on which the months of a condition may end: today, and so many days before as a penalty needed to become
    final, so that two that were decided within the months meet however long their finality took."""
    if table.months is None:
        return [day]
    return [day, *sorted({day - lag for event in counted if event.kind in table.kinds if (lag := _lag(event))})]


def _lag(event: CreditEvent) -> timedelta:
    return max((event.final or event.decided) - event.decided, timedelta())


def _check_until(
    until: date, value: Value, company: AssessedCompany, counted: Sequence[CreditEvent], day: date
) -> Checked:
    table = value.table_as(CreditCondition)
    used = [event for event in counted if _is_used(event, table, day, until)]
    measures = tuple(_measures(table, company, used))
    satisfied = bool(measures) and all(measure.satisfied for measure in measures)
    name, numbers = value.name.removeprefix(PREFIX), tuple(event.number for event in used)
    return Checked(name, table.grade, satisfied, measures, numbers, value.id, value.confidence)


def _is_used(event: CreditEvent, table: CreditCondition, day: date, until: date) -> bool:
    """True if a condition uses an event whose months end on a day (`until`, at the latest `day`)."""
    if event.kind not in table.kinds or (table.degrees and event.degree not in table.degrees):
        return False
    if table.months is not None and months_after(event.decided, table.months) <= until:
        return False
    if until < day and event.decided > until:
        return False
    last = _open_until(event, table)
    return last is None or (is_open(event, day) and day > last)


def _open_until(event: CreditEvent, table: CreditCondition) -> date | None:
    """The last day until which an event that is not cured does not count; None: it need not be uncured."""
    if table.open_days is not None:
        return event.occurred + timedelta(days=table.open_days)
    return months_after(event.occurred, table.open_months) if table.open_months is not None else None


def _measures(table: CreditCondition, company: AssessedCompany, used: Sequence[CreditEvent]) -> Iterator[Measure]:
    """Yield each number beside its limit."""
    if table.error_times is not None:
        times = company.error_times
        found = "-" if times is None else f"{times:f}"
        yield Measure("error_times", found, f"{table.error_times:f}", times is not None and times > table.error_times)
        return
    if table.suspended:
        yield Measure("suspended", str(int(company.suspended)), "1", company.suspended)
        return
    each = scaled_of(table.each_above) if table.each_above is not None else -1
    count = sum(event.amount > each for event in used)
    yield Measure("events", str(count), str(table.times), count >= table.times)
    if table.above_share is not None:
        yield _measure_share(table.above_share, len(used), company.documents or 0, needed=table.share_needed)
    if table.above_amount is not None:
        total = sum(event.amount for event in used)
        limit = scaled_of(table.above_amount)
        yield Measure("amount", amount_text(total), amount_text(limit), total > limit)


def _measure_share(share: Decimal, count: int, documents: int, *, needed: bool) -> Measure:
    """上年度单证票数为零或无法计算的，由金额单独判断。"""
    if not documents:
        return Measure("share", str(count), "-", not needed)
    limit = share * documents
    return Measure("share", str(count), f"{limit.normalize():f}", count > limit)
