"""Credit grades: the grades of a day's law, the checks of a change of grade, and correction periods.

Only customs gives grades. Their effects (the share of lists inspected, the refund class) are defined where they are
used.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import CreditGrading
from declarations.reasons import Reason
from declarations.risk import grade_values
from declarations.unanswered import missing_value_reason

NO_SUCH_GRADE = "21330"
DAY_IN_PAST = "21331"
SAME_GRADE = "21332"
NOT_STANDING = "21333"
NO_FINDING = "21334"
CORRECTING = "21335"
NO_CORRECTION = "21336"
CORRECTION_TOO_LONG = "21337"
NOTHING_TO_CORRECT = "21338"
STANDING = "registered"


class GradedCompany(NamedTuple):
    """A company with its current grade; `state` of its registration; `suspended`; the last day of its correction period
    (None: none granted)."""

    code: str
    grade: str
    state: str = STANDING
    suspended: bool = False
    correcting_until: date | None = None


class GradeChange(NamedTuple):
    """A grade to be given from a day on; `finding` is the reason, required for a dishonest grade."""

    grade: str
    since: date
    finding: str = ""


class Ruling(NamedTuple):
    """The decision about a change of grade: `reasons` against it (empty: it is made), `at_once` if it takes effect on
    the day of the decision, `parameter_ids` the dated values applied."""

    reasons: tuple[Reason, ...]
    at_once: bool
    parameter_ids: tuple[str, ...]


def grades_on(day: date, parameters: Parameters) -> tuple[str, ...]:
    """Return the grades of a day, best first; raises `NoValue` before there were any."""
    return parameters.on("registration.grading", day).table_as(CreditGrading).grades


def regrade(company: GradedCompany, change: GradeChange, decided_on: date, parameters: Parameters) -> Ruling:
    """Decide if customs may give a company a grade, with all reasons against it.

    The law of the first day of the grade applies; a grade that it does not have is refused. In a correction period a
    grade may only be lowered by a finding of dishonesty.
    """
    try:
        value = parameters.on("registration.grading", change.since)
        table = value.table_as(CreditGrading)
        reasons = [
            *_check_regime(change, value.id, table),
            *_check_finding(change, value.id, table),
            *_check_standing(company, change, value.id, table),
            *_check_correction(company, change, table),
        ]
    except NoValue as error:
        return Ruling((missing_value_reason(error),), False, ())
    if change.since < decided_on:
        reasons.append(Reason(DAY_IN_PAST, {"since": change.since.isoformat(), "decided": decided_on.isoformat()}))
    return Ruling(tuple(reasons), change.since <= decided_on, (value.id,))


def correct(company: GradedCompany, until: date, decided_on: date, parameters: Parameters) -> Ruling:
    """Decide if customs may grant a company a correction period (整改期) until a day, inclusive.

    第282号令：整改期不超过一年，期内不下调等级；此前的规定没有整改期。
    """
    try:
        value = parameters.on("registration.grading", decided_on)
    except NoValue as error:
        return Ruling((missing_value_reason(error),), False, ())
    table = value.table_as(CreditGrading)
    if table.correction_months is None:
        return Ruling((Reason(NO_CORRECTION, _grade_names(table), (value.id,)),), False, (value.id,))
    longest, reasons = months_after(decided_on, table.correction_months), []
    if until > longest:
        reasons.append(
            Reason(CORRECTION_TOO_LONG, {"until": until.isoformat(), "longest": longest.isoformat()}, (value.id,))
        )
    if until < decided_on:
        reasons.append(Reason(DAY_IN_PAST, {"since": until.isoformat(), "decided": decided_on.isoformat()}))
    if company.state != STANDING or company.grade in table.finding:
        reasons.append(Reason(NOTHING_TO_CORRECT, {"code": company.code, **grade_values(company.grade)}, (value.id,)))
    return Ruling(tuple(reasons), not reasons, (value.id,))


def _grade_names(table: CreditGrading) -> dict[str, str]:
    return {"order": table.order, "order_en": table.order_en}


def _check_regime(change: GradeChange, used: str, table: CreditGrading) -> list[Reason]:
    if change.grade in table.grades:
        return []
    return [
        Reason(
            NO_SUCH_GRADE,
            {
                "grade": change.grade[:40],
                "since": change.since.isoformat(),
                **_grade_names(table),
                "grades": ", ".join(table.grades),
            },
            (used,),
        )
    ]


def _check_finding(change: GradeChange, used: str, table: CreditGrading) -> list[Reason]:
    """认定失信须有事由。"""
    if change.grade in table.finding and not change.finding.strip():
        return [Reason(NO_FINDING, grade_values(change.grade), (used,))]
    return []


def _check_standing(company: GradedCompany, change: GradeChange, used: str, table: CreditGrading) -> list[Reason]:
    """A certified grade requires a company that is not suspended; any other grade a registered one."""
    reasons = []
    if company.state != STANDING or (company.suspended and change.grade in table.certified):
        reasons.append(Reason(NOT_STANDING, {"code": company.code, **grade_values(change.grade[:40])}, (used,)))
    if company.grade == change.grade:
        reasons.append(Reason(SAME_GRADE, {"code": company.code, **grade_values(company.grade)}, (used,)))
    return reasons


def _check_correction(company: GradedCompany, change: GradeChange, table: CreditGrading) -> list[Reason]:
    """整改期内不下调信用等级；失信的认定除外。"""
    until, order = company.correcting_until, list(table.grades)
    if until is None or change.since > until or table.correction_months is None:
        return []
    if change.grade in table.finding or {company.grade, change.grade} - set(order):
        return []
    if order.index(change.grade) <= order.index(company.grade):
        return []
    return [Reason(CORRECTING, {"code": company.code, "until": until.isoformat(), **grade_values(change.grade)})]
