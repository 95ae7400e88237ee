"""Officers' decisions about credit cases, and what companies send about their own: objections, repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.lifecycle import OFFICER, allowed_transitions
from declarations.registration.grading import grades_on
from single_window.accounts.people import Person
from single_window.cases.credit.publication import today_of
from single_window.cases.credit.queries import find_case
from single_window.context import Context
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, Requested, Subject, act_of
from single_window.language.phrases import state as state_words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.work import filing

KIND = "credit_case"
_NEEDS = {"lessen": ("grade", REASON), "drop": ("until", REASON)}
"""What acts need beside the reason of their step; `until` of a dropped case: its override ends with that day."""


def acts(state: str) -> Sequence[Act]:
    """The acts of an officer that are possible in a state of a case."""
    steps = (act_of(step) for step in allowed_transitions(state, OFFICER, KIND))
    return [step._replace(needs=_NEEDS.get(step.action, step.needs)) for step in steps]


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    case = demand_found(find_case(connection, sandbox, number), number, sandbox)
    words = state_words(case.state, KIND)
    return Subject(KIND, case.id, case.case_no, case.state, words, case.version, case)


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
    acts=lambda connection, sandbox, subject: acts(subject.state),
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
