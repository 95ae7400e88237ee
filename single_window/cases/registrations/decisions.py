"""A registrar's decision about a company; what can be refused at once is, the rest its gateway decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.lifecycle import transition_of
from declarations.reasons import clean_typed_text
from gateways.registration.officers import ACTIONS, NEED_REASON, STEPS, refusals_of
from gateways.registration.repository import Enterprise
from single_window.cases.registrations.queries import find_company
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.refusal import refused_for
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store import sandboxes

KIND = "registration"
NEEDS: Mapping[str, tuple[str, ...]] = {
    **{action: (REASON,) for action in NEED_REASON},
    "grade": ("grade", "since"),
    "correct": ("until",),
}
"""Action -> the values that it needs."""
_GIVEN = {REASON: "…", "since": "9999-12-31", "until": "9999-12-31"}


def acts(enterprise: Enterprise) -> Sequence[Act]:
    """The acts of a registrar that are possible with a company."""
    return [_act(enterprise, action) for action in ACTIONS if not refusals_of(enterprise, action, _GIVEN)]


def _act(enterprise: Enterprise, action: str) -> Act:
    """An act with the state and the receipt of its lifecycle step, if it has one."""
    plain = Act(action, _words(action), needs=NEEDS.get(action, ()))
    if action not in STEPS:
        return plain
    step = transition_of(enterprise.state, STEPS[action], KIND)
    return plain._replace(to=step.to, return_status=step.return_status, step=step)


def _words(action: str) -> Words:
    return phrases.act(STEPS[action], KIND) if action in STEPS else phrases.phrase("other_act", action)


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    enterprise = demand_found(find_company(connection, sandbox, number), number, sandbox).enterprise
    state = phrases.state(enterprise.state, KIND)
    return Subject(KIND, enterprise.code, enterprise.code, enterprise.state, state, enterprise.version, enterprise)


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The values for the registrar; a grade counts from the sandbox's today unless another day is given."""
    values = {name: clean_typed_text(str(text)) for name, text in requested.values.items() if text}
    if requested.action == "grade":
        values.setdefault("since", day_of(sandboxes.find(connection, sandbox).clock.now()).isoformat())
    if reasons := refusals_of(subject.record, requested.action, {**values, REASON: requested.reason}):
        raise refused_for(reasons)
    return values


REGISTRATION_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("企业备案", "registration"),
    find=_find,
    by_id=_find,
    acts=lambda connection, sandbox, subject: acts(subject.record),
    values=_values,
    takes=("grade", "since", "until"),
    steps=STEPS,
    bulk=("approve", "refuse", "ask"),
)
