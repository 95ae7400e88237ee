"""Officers' decisions about a batch: lists in or out of it, its declaration, and that every list is inspected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.lifecycle import OFFICER, allowed_transitions
from gateways.customs.batches.changes import LISTS, ROLE, refusals_of
from gateways.decisions import SubjectKind as Subjects
from gateways.topics.shared import Decision
from single_window.cases.batches.opening import OPENING, subject_of
from single_window.cases.batches.queries import find_batch, find_by_id
from single_window.cases.batches.requests import MAX_LISTS
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.refusal import Refusal, refused_for
from single_window.language.words import Words
from single_window.refused import demand_found, row_id

# a list may be removed as long as one may join
STEPS = {"add": "join", "remove": "join", "declare": "declare", "review": "review"}
"""Officer's action -> lifecycle step of a batch."""
_NEEDS: Mapping[str, tuple[str, ...]] = {"add": ("lists",), "remove": ("lists",), "review": (REASON,)}


def acts(state: str) -> Sequence[Act]:
    """The acts of an officer that are possible in a state of a batch."""
    steps = {step.action for step in allowed_transitions(state, None, Subjects.BATCH)}
    return [
        Act(action, _words(action), needs=_NEEDS.get(action, ())) for action, step in STEPS.items() if step in steps
    ]


def _words(action: str) -> Words:
    return phrases.phrase("other_act", action) if STEPS[action] == "join" else phrases.act(action, Subjects.BATCH)


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    return subject_of(demand_found(find_batch(connection, sandbox, number), number, sandbox))


def _by_id(connection: Connection, sandbox: str, number: str) -> Subject:
    return subject_of(demand_found(find_by_id(connection, sandbox, row_id(number, sandbox)), number, sandbox))


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    lists = [str(number) for number in requested.values.get("lists") or ()]
    if "lists" in _NEEDS.get(requested.action, ()) and not 0 < len(lists) <= MAX_LISTS:
        raise Refusal("batch_lists", most=MAX_LISTS)
    values = {ROLE: OFFICER, **({LISTS: lists} if lists else {})}
    wanted = Decision(subject.id, 0, subject.version, requested.action, requested.reason, "", values)
    if reasons := refusals_of(subject.record, wanted):
        raise refused_for(reasons)
    return values


BATCH_DECISION = DecisionKind(
    subject=Subjects.BATCH,
    noun=Words("批次", "batch"),
    find=_find,
    by_id=_by_id,
    acts=lambda connection, sandbox, subject: acts(subject.state),
    values=_values,
    takes=("lists",),
    at_once=("add", "remove"),
    creations=(OPENING,),
)
