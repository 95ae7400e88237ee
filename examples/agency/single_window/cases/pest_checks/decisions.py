"""Officers' decisions about pest checks: a plan is opened, the merchant of a failed sample warned or made to recall."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from declarations.lifecycle import OFFICER, allowed_transitions
from gateways.pest_checks.acts import OPEN
from single_window.cases.pest_checks.queries import find_sample, list_plans
from single_window.frame.decision_kinds import Act, Creation, DecisionKind, Subject, act_of
from single_window.language.phrases import phrase
from single_window.language.phrases import state as state_words
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.decisions import StoredDecision

KIND = "pest_check"


def acts(state: str) -> Sequence[Act]:
    """The acts of an officer that are possible in a state of a sample."""
    return [act_of(step) for step in allowed_transitions(state, OFFICER, KIND)]


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    sample = demand_found(find_sample(connection, sandbox, number), number, sandbox)
    words = state_words(sample.state, KIND)
    return Subject(KIND, sample.id, sample.sample_no, sample.state, words, sample.version, sample)


def _made(connection: Connection, sandbox: str, decided: StoredDecision) -> Subject | None:
    """The plan that a decision opened: the newest, since one at most is open."""
    plans = list_plans(connection, sandbox)
    if not plans:
        return None
    return Subject(KIND, plans[0].id, plans[0].plan_no, "open", OPENING.words, plans[0].version, plans[0])


OPENING = Creation(
    action=OPEN,
    words=phrase("other_act", OPEN),
    takes={},
    values=lambda context, sandbox, wanted: {},
    made=_made,
)
PEST_CHECK_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("检疫抽检样品", "sample of a pest check"),
    find=_find,
    by_id=_find,
    acts=lambda connection, sandbox, subject: acts(subject.state),
    creations=(OPENING,),
)
