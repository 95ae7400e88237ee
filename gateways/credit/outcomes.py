"""Outcomes of a case: its state, the notice to the company, its timeline, and the grade that the registrar gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from declarations import lifecycle
from declarations.credit import periods
from declarations.credit.conditions import decisive
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.risk import ORDINARY, grade_values
from gateways.case_course import CaseCourse
from gateways.credit.repository import CreditCase, CreditDesk
from gateways.topics.shared import Decision

KIND, ACTOR = "credit_case", "credit"
COURSE = CaseCourse(KIND, ACTOR, "credit", "CreditNotice")
TOLD = frozenset({"noticed", "objected", "unopposed", "in_force", "repairing"})
"""States of cases of which the company has been told."""
AWAITED = frozenset({"objected", "repairing"})
"""States in which a company awaits a decision within a term."""
GIVEN, GIVEN_UNPUBLISHED = "25105", "25109"
"""Codes of the text about a grade that is given, and published or not."""
IN_FORCE = frozenset({"in_force", "repairing"})
ENDED = frozenset(name for name, state in lifecycle.all_lifecycles()[KIND].states.items() if state.final)


def apply_step(
    case: CreditCase,
    action: str,
    desk: CreditDesk,
    *,
    reason: str = "",
    values: Mapping[str, str] | None = None,
    by: str = ACTOR,
    code: str = "",
) -> None:
    """Apply an action of the lifecycle to a case, note it and notify the company, unless it never heard of the case;
    raises `lifecycle.NotAllowed`. `code`: of the text, if it is not that of the step."""
    made = lifecycle.transition_of(case.state, action, KIND)
    told = told_of(case, made.to)
    case.state = made.to
    if made.to not in AWAITED:
        case.decide_until = ""
    text = made.receipt_text(reason, values) if made.words else Reason("25121", {})
    text = Reason(code, dict(values or {})) if code else text
    case.reasons = (text,)
    if made.to in ENDED:
        case.ended_at = desk.now
    if made.return_status and told:
        tell(case, made.return_status, text, desk, once=f"{made.to}{case.version}")
    add_event(case, case.state, desk, (text,), by)
    desk.repository.put_case(case)


def tell(case: CreditCase, status: str, text: Reason, desk: CreditDesk, once: str) -> None:
    """Send the company a notice about a case."""
    COURSE.tell(case.ebc_code, case.case_no, status, text, _fields(case), desk, once=once)


def ask_company(case: CreditCase, decision: Decision, desk: CreditDesk) -> None:
    """Carry out an act about a question to the company of a case; raises `lifecycle.NotAllowed`."""
    COURSE.question(case.ebc_code, case.case_no, case.state, decision, _fields(case), desk)
    desk.repository.put_case(case)


def _fields(case: CreditCase) -> dict[str, str]:
    return {
        "caseNo": case.case_no,
        "creditCode": case.credit_code,
        "ebcCode": case.ebc_code,
        "grade": case.grade,
        "since": _plain(case.since),
        "defenceUntil": _plain(case.defence_until),
        "shownUntil": _plain(case.shown_until),
        "repairFrom": _plain(case.repair_from),
    }


def add_event(case: CreditCase, name: str, desk: CreditDesk, reasons: Sequence[Reason], by: str) -> None:
    """Add an event to a case's timeline."""
    COURSE.note(case.case_no, name, case.state, reasons, desk, by)


def give_grade(case: CreditCase, grade: str, reason: str, desk: CreditDesk) -> None:
    """Have the registrar give the company a grade from today on, as officers do, though it may read of it later."""
    today = desk.day.isoformat()
    values = {"grade": grade, "since": today, "decided": today}
    text = f"{case.case_no} {reason}".strip()
    desk.send(Decision(case.ebc_code, 0, 0, "grade", text, ACTOR, values), "decision.registration")


def take_back(case: CreditCase, grade: str, current: str, reason: str, desk: CreditDesk) -> Mapping[str, str]:
    """Give a company its grade after a case, unless it has another one than that of the case by now; return the values
    of the text about it."""
    back = grade or ORDINARY
    if current == case.grade:
        give_grade(case, back, reason, desk)
    named = {"back" + name.removeprefix("grade"): value for name, value in grade_values(back).items()}
    return {**grade_values(case.grade), **named, "since": desk.day.isoformat()}


def given_words(case: CreditCase, shown_until: str, since: str) -> tuple[str, dict[str, str]]:
    """Return code and values, but for the reason, of the text about a grade that is given: with the end of its
    publication, if it is published at all."""
    values = {**grade_values(case.grade), "since": since}
    return (GIVEN, {**values, "until": shown_until}) if shown_until else (GIVEN_UNPUBLISHED, values)


def shown_until(case: CreditCase, day: date, law: Parameters) -> str:
    """Return the last day on which a grade that is given on a day is published; empty: it is not."""
    shown = periods.shown_between(day, case.degree, law)
    is_shown = shown.usual and periods.is_published(case.grade, day, law)
    return shown.latest.isoformat() if is_shown else ""


def told_of(case: CreditCase, to: str) -> bool:
    """True if the company hears of a step into a state: it has heard of the case, or hears of it now."""
    return case.state in TOLD or to in TOLD


def grounds_of(case: CreditCase, law: Parameters) -> dict[str, str]:
    """Return the decisive conditions of a case in words."""
    titles = [law.parameter(checked.parameter) for checked in decisive(case.grounds, case.grade)]
    return {
        "grounds_zh": "；".join(found.title for found in titles),
        "grounds_en": "; ".join(found.title_en for found in titles),
    }


def _plain(day: str) -> str:
    return day.replace("-", "")
