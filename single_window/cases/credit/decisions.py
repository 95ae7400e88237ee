"""Officers' decisions about credit cases, and what companies send about their own: objections, repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from declarations.credit import periods
from declarations.credit.conditions import is_worse
from declarations.lifecycle import OFFICER, allowed_transitions
from declarations.parameters import Parameters
from declarations.registration.grading import grades_on
from declarations.risk import ORDINARY, grade_values
from gateways.credit.acts import notice_values
from gateways.credit.outcomes import given_words, shown_until, told_of
from gateways.credit.repository import CreditCase
from single_window.accounts.people import Person
from single_window.cases.credit.publication import today_of
from single_window.cases.credit.queries import find_case
from single_window.context import Context
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, Requested, Subject, act_of, finder
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.work import filing

KIND = "credit_case"
_NEEDS = {"lessen": ("grade", REASON), "drop": ("until", REASON)}
"""What acts need beside the reason of their step; `until` of a dropped case: its override ends with that day."""


def acts(connection: Connection, sandbox: str, case: CreditCase) -> Sequence[Act]:
    """The acts of an officer that are possible about a case, with what its company would read of each today; nothing,
    if it does not hear of it."""
    day, law = today_of(connection, sandbox), law_of(connection, sandbox)
    steps = (act_of(step) for step in allowed_transitions(case.state, OFFICER, KIND))
    return [
        step._replace(
            needs=_NEEDS.get(step.action, step.needs),
            tells=_tells(step.action, case, day, law),
            return_status=step.return_status if told_of(case, step.to) else "",
        )
        for step in steps
    ]


def _tells(action: str, case: CreditCase, day: date, law: Parameters) -> tuple[str, Mapping[str, str]] | None:
    """Code and values of the notice about an act, but for the officer's reason; None: those of its step suffice."""
    if action == "notify":
        return "25101", notice_values(case, periods.defence_until(day, law), law)
    if action == "uphold":
        return given_words(case, shown_until(case, day, law), day.isoformat())
    if action == "lessen" and (lesser := lesser_grades(case, day, law)):
        given = replace(case, grade=lesser[0])
        return given_words(given, shown_until(given, day, law), day.isoformat())
    if action == "repair":
        back = {"back" + name.removeprefix("grade"): value for name, value in grade_values(ORDINARY).items()}
        return "25111", {**grade_values(case.grade), **back, "since": day.isoformat()}
    return None


def lesser_grades(case: CreditCase, day: date, law: Parameters) -> Sequence[str]:
    """Return the grades between that of the company and the proposed one, the best first: those that `lessen` gives."""
    return [
        grade
        for grade in grades_on(day, law)
        if is_worse(grade, case.grade_before, day, law) and is_worse(case.grade, grade, day, law)
    ]


_find = finder(KIND, find_case)


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The grade of a reduction, and the end of an override, as texts that the gateway checks by law."""
    if requested.action not in _NEEDS:
        return {}
    name = _NEEDS[requested.action][0]
    return {name: str(requested.values.get(name, ""))}


CREDIT_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("信用等级认定", "credit case"),
    find=_find,
    by_id=_find,
    acts=lambda connection, sandbox, subject: acts(connection, sandbox, subject.record),
    values=_values,
    takes=("grade", "until"),
)


def send_answer(context: Context, sandbox: str, number: str, action: str, text: str, who: Person) -> int:
    """File what a company sends about its case, and return the decision's id; raises `NotFound`, and `Refusal` for a
    text that is blank."""
    with reading(context.engine) as connection:
        case = demand_found(find_case(connection, sandbox, number), number, sandbox)
    if not text.strip():
        raise Refusal("reason_needed", action=action)
    return filing.file(context, sandbox, KIND, case.id, action, by=who, reason=text)


def grades_today(connection: Connection, sandbox: str) -> Sequence[str]:
    """Return the grades of a sandbox's day."""
    return grades_on(today_of(connection, sandbox), law_of(connection, sandbox))
