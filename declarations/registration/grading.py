"""Credit grades: which of them the regime of a day has, which companies may get which, from when on, and correction
periods.

A grade is given by customs, never by the company; what a grade leads to (the share of lists inspected, the refund
class) is decided where it is used.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import CreditGrading
from declarations.reasons import Reason
from declarations.unanswered import unanswered

NO_SUCH_GRADE = "21330"
PAST = "21331"
SAME_GRADE = "21332"
NOT_STANDING = "21333"
NO_FINDING = "21334"
CORRECTING = "21335"
NO_CORRECTION = "21336"
CORRECTION_TOO_LONG = "21337"
NOTHING_TO_CORRECT = "21338"
STANDING = "registered"


class Graded(NamedTuple):
    """A company as its grade stands: `state` of its registration ("registered", or another in which it has no
    standing), `suspended`, the last day of a correction period that was granted (None: none)."""

    code: str
    grade: str
    state: str = STANDING
    suspended: bool = False
    correcting_until: date | None = None


class GradeChange(NamedTuple):
    """A grade that customs means to give from a day on; `finding` is why, which a dishonest grade must have."""

    grade: str
    since: date
    finding: str = ""


class Ruling(NamedTuple):
    """The decision about a change of grade: `reasons` against it (empty: it is made), `at_once` if it counts from the
    day of the decision, `parameters` the dated values used."""

    reasons: tuple[Reason, ...]
    at_once: bool
    parameters: tuple[str, ...]


def grades(day: date, parameters: Parameters) -> tuple[str, ...]:
    """The grades of a day, best first; raises `NoValue` before there were any."""
    return parameters.on("registration.grading", day).read(CreditGrading).grades


def regrade(company: Graded, change: GradeChange, decided_on: date, parameters: Parameters) -> Ruling:
    """Decide if customs, deciding on a day, may give a company a grade; every reason against it is given.

    The regime of the day from which the grade counts decides: a grade that it lacks is refused and named. Within a
    correction period no grade is lowered but by a finding of dishonesty.
    """
    try:
        value = parameters.on("registration.grading", change.since)
        table = value.read(CreditGrading)
        reasons = [
            *_regime(change, value.id, table),
            *_finding(change, value.id, table),
            *_standing(company, change, value.id, table),
            *_correcting(company, change, table),
        ]
    except NoValue as error:
        return Ruling((unanswered(error),), False, ())
    if change.since < decided_on:
        reasons.append(Reason(PAST, {"since": change.since.isoformat(), "decided": decided_on.isoformat()}))
    return Ruling(tuple(reasons), change.since <= decided_on, (value.id,))


def correct(company: Graded, until: date, decided_on: date, parameters: Parameters) -> Ruling:
    """Decide if customs may grant a company time to put things right, up to and including a day (整改期).

    第282号令：整改期不超过一年，期内不下调等级；此前的规定没有整改期。
    """
    try:
        value = parameters.on("registration.grading", decided_on)
    except NoValue as error:
        return Ruling((unanswered(error),), False, ())
    table = value.read(CreditGrading)
    if table.correction_months is None:
        return Ruling((Reason(NO_CORRECTION, _named(table), (value.id,)),), False, (value.id,))
    longest, reasons = months_after(decided_on, table.correction_months), []
    if until > longest:
        reasons.append(
            Reason(CORRECTION_TOO_LONG, {"until": until.isoformat(), "longest": longest.isoformat()}, (value.id,))
        )
    if until < decided_on:
        reasons.append(Reason(PAST, {"since": until.isoformat(), "decided": decided_on.isoformat()}))
    if company.state != STANDING or company.grade in table.finding:
        reasons.append(Reason(NOTHING_TO_CORRECT, {"code": company.code, "grade": company.grade}, (value.id,)))
    return Ruling(tuple(reasons), not reasons, (value.id,))


def _named(table: CreditGrading) -> dict[str, str]:
    return {"order": table.order, "order_en": table.order_en}


def _regime(change: GradeChange, used: str, table: CreditGrading) -> list[Reason]:
    if change.grade in table.grades:
        return []
    return [
        Reason(
            NO_SUCH_GRADE,
            {
                "grade": change.grade[:40],
                "since": change.since.isoformat(),
                **_named(table),
                "grades": ", ".join(table.grades),
            },
            (used,),
        )
    ]


def _finding(change: GradeChange, used: str, table: CreditGrading) -> list[Reason]:
    """认定失信须有事由。"""
    if change.grade in table.finding and not change.finding.strip():
        return [Reason(NO_FINDING, {"grade": change.grade}, (used,))]
    return []


def _standing(company: Graded, change: GradeChange, used: str, table: CreditGrading) -> list[Reason]:
    """A certificate goes to a company in good standing; a finding may concern any that is registered."""
    reasons = []
    if company.state != STANDING or (company.suspended and change.grade in table.certified):
        reasons.append(Reason(NOT_STANDING, {"code": company.code, "grade": change.grade[:40]}, (used,)))
    if company.grade == change.grade:
        reasons.append(Reason(SAME_GRADE, {"code": company.code, "grade": company.grade}, (used,)))
    return reasons


def _correcting(company: Graded, change: GradeChange, table: CreditGrading) -> list[Reason]:
    """整改期内不下调信用等级；失信的认定除外。"""
    until, order = company.correcting_until, list(table.grades)
    if until is None or change.since > until or table.correction_months is None:
        return []
    if change.grade in table.finding or {company.grade, change.grade} - set(order):
        return []
    if order.index(change.grade) <= order.index(company.grade):
        return []
    return [Reason(CORRECTING, {"code": company.code, "until": until.isoformat(), "grade": change.grade})]
