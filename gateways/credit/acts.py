"""Carries out decisions about cases: officers give notice, uphold, lessen, drop, repair; companies object and apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from declarations.calendar import instant_of, months_after
from declarations.credit import periods
from declarations.credit.conditions import is_worse
from declarations.lifecycle import NotAllowed, transition_of
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.refusals import refusal_of_action, refusal_reason
from declarations.registration.grading import grades_on
from declarations.risk import ORDINARY, grade_values
from gateways.case_course import QUESTIONS
from gateways.credit.considering import circumstances_of, consider, renew_grounds, repairable_of
from gateways.credit.outcomes import (
    ACTOR,
    AWAITED,
    KIND,
    add_event,
    apply_step,
    ask_company,
    give_grade,
    given_words,
    grounds_of,
    shown_until,
    take_back,
    tell,
)
from gateways.credit.repository import CreditCase, CreditDesk
from gateways.decisions import carry_out
from gateways.topics.credit import DecisionDue, DefenceDue
from gateways.topics.shared import Decision

LATE, NO_LATER_DAY, NOT_LESS = "25103", "25122", "25123"
NOTHING: tuple[Reason, ...] = ()
GIVING = frozenset({"uphold", "lessen"})
MOST_MONTHS_AHEAD = 60
"""How long a grade may be set aside."""
Refusals = Sequence[Reason]


def decide(decisions: Sequence[Decision], desk: CreditDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""
    carry_out(
        decisions,
        desk.repository.cases([decision.subject_id for decision in decisions]),
        desk,
        kind=KIND,
        act=lambda case, decision: decide_case(case, decision, desk),
        missing=refusal_reason("没有这项认定", "there is no such case"),
    )


def handle_defence(deadlines: Sequence[DefenceDue], desk: CreditDesk) -> None:
    """Close the defence of cases to which nobody objected."""
    for case in desk.repository.cases([deadline.case_id for deadline in deadlines]).values():
        if case.state == "noticed" and desk.day.isoformat() > case.defence_until:
            apply_step(case, "close_defence", desk)


def handle_late(deadlines: Sequence[DecisionDue], desk: CreditDesk) -> None:
    """Note cases whose objection or application was not decided in time."""
    cases = desk.repository.cases([deadline.case_id for deadline in deadlines])
    for deadline in deadlines:
        case = cases[deadline.case_id]
        if case.state in AWAITED and case.decide_until == deadline.until:
            add_event(case, "late", desk, (), ACTOR)


def _await_decision(case: CreditCase, until: date, desk: CreditDesk) -> None:
    case.decide_until = until.isoformat()
    desk.schedule(instant_of(until + timedelta(days=1)), DecisionDue(case.id, case.decide_until))


def decide_case(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    """Carry out what somebody decides or a company says about a case; return why not, if it is refused.

    Before a grade is given the company is assessed again: the grounds may be gone, by the law of today or by what came
    since, and then the case ends."""
    act = _ACTS.get(decision.action)
    if decision.action in GIVING:
        consider([case.ebc_code], desk)
    try:
        transition_of(case.state, decision.action, KIND)
        if act is None:
            raise NotAllowed(case.state, decision.action, tuple(_ACTS))
    except NotAllowed as error:
        return _why_not(case, decision, error, desk)
    return act(case, decision, desk)


def _why_not(case: CreditCase, decision: Decision, error: NotAllowed, desk: CreditDesk) -> Refusals:
    """An objection after its time is refused by its code, and the company told so."""
    if decision.action == "object" and case.state == "unopposed":
        return _late(case, decision, desk)
    return (refusal_of_action(error, KIND),)


def _late(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    late = Reason(LATE, {"until": case.defence_until})
    tell(case, "100", late, desk, once=f"late{decision.id}")
    return (late,)


def notice_values(case: CreditCase, until: date, law: Parameters) -> dict[str, str]:
    """Return the values of the notice that a company may object to until a day."""
    return {**grade_values(case.grade), "until": until.isoformat(), **grounds_of(case, law)}


def _ask(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    ask_company(case, decision, desk)
    return NOTHING


def _notify(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    until = periods.defence_until(desk.day, desk.law)
    case.defence_until = until.isoformat()
    apply_step(case, "notify", desk, values=notice_values(case, until, desk.law), by=decision.by)
    desk.schedule(instant_of(until + timedelta(days=1)), DefenceDue(case.id))
    return NOTHING


def _object(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    if desk.day.isoformat() > case.defence_until:
        return _late(case, decision, desk)
    case.objection = decision.reason
    _await_decision(case, periods.verify_until(desk.day, desk.law), desk)
    apply_step(case, "object", desk, by=decision.by)
    return NOTHING


def _uphold(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    """Give the grade from today on, with its publication and the first possible day of its repair."""
    renew_grounds(case, desk)
    case.since, case.decided_by, case.decided_at = desk.day.isoformat(), decision.by, desk.now
    case.shown_until = shown_until(case, desk.day, desk.law)
    repairable = repairable_of(case, desk)
    case.repair_from = repairable.first_day.isoformat() if repairable.first_day else ""
    code, values = given_words(case, case.shown_until, case.since)
    apply_step(case, decision.action, desk, values={**values, "reason": decision.reason}, by=decision.by, code=code)
    give_grade(case, case.grade, decision.reason, desk)
    consider([case.ebc_code], desk)
    return NOTHING


def _lessen(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    """Uphold a lesser grade than the proposed one, which is worse than the company's."""
    grade, day = str(decision.values.get("grade", "")), desk.day
    is_between = is_worse(grade, case.grade_before, day, desk.law) and is_worse(case.grade, grade, day, desk.law)
    if grade not in grades_on(day, desk.law) or not is_between:
        return (Reason(NOT_LESS, grade_values(grade[:40])),)
    case.grade = grade
    return _uphold(case, decision, desk)


def _drop(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    """Drop a case; its author says until when the same grade is not proposed again."""
    until = str(decision.values.get("until", ""))
    if until and not _is_day_ahead(until, desk.day):
        return (Reason(NO_LATER_DAY, {"until": until[:40]}),)
    case.until, case.decided_by, case.decided_at = until, decision.by, desk.now
    apply_step(case, "drop", desk, reason=decision.reason, by=decision.by)
    if until:  # considered again on the day after
        consider([case.ebc_code], desk)
    return NOTHING


def _is_day_ahead(text: str, today: date) -> bool:
    """True for a day such as 2026-12-31, from today on and no more than some years ahead."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-12-31") and today <= day <= months_after(today, MOST_MONTHS_AHEAD)


def _apply_repair(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    refused = _repair_refusals(case, desk)
    if refused:
        for reason in refused:
            tell(case, "100", reason, desk, once=f"{reason.rule}{decision.id}")
        return refused
    case.plea = decision.reason
    _await_decision(case, periods.repair_until(desk.day, desk.law), desk)
    apply_step(case, "apply_repair", desk, values={"reason": decision.reason}, by=decision.by)
    return NOTHING


def _repair(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    """Repair a case with all that made the company dishonest since, whose use ends with it (修复后停止使用)."""
    refused = _repair_refusals(case, desk)
    if not refused:
        company = desk.repository.companies([case.ebc_code]).get(case.ebc_code)
        current = company.grade if company else ""
        case.shown_until = min(case.shown_until, desk.day.isoformat())
        case.events = tuple(sorted({*case.events, *circumstances_of(case.ebc_code, desk, case.events)}))
        values = take_back(case, ORDINARY, current, decision.reason or "repaired", desk)
        apply_step(case, "repair", desk, values=values, by=decision.by)
        consider([case.ebc_code], desk, {case.ebc_code: ORDINARY} if current == case.grade else {})
    return refused


def _refuse_repair(case: CreditCase, decision: Decision, desk: CreditDesk) -> Refusals:
    apply_step(case, "refuse_repair", desk, reason=decision.reason, by=decision.by)
    return NOTHING


def _repair_refusals(case: CreditCase, desk: CreditDesk) -> Refusals:
    return repairable_of(case, desk).reasons


_ACTS: Mapping[str, Callable[[CreditCase, Decision, CreditDesk], Refusals]] = {
    **dict.fromkeys(QUESTIONS, _ask),
    "notify": _notify,
    "object": _object,
    "uphold": _uphold,
    "lessen": _lessen,
    "drop": _drop,
    "apply_repair": _apply_repair,
    "repair": _repair,
    "refuse_repair": _refuse_repair,
}
