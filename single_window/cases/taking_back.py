"""Taking back what was decided on a page a moment ago, and the decisions of a person that came back refused.

A decision that was sent is undone by another decision (`undoing`); the refusal names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import DAY
from declarations.reasons import Reason
from single_window.accounts.people import Person
from single_window.cases import own_decisions, undoing
from single_window.cases.steps_here import happened_since
from single_window.cases.subjects import DECISION_KINDS
from single_window.clock import system_now
from single_window.context import Context
from single_window.frame.decision_kinds import DecisionKind, Subject
from single_window.language.acts import act_words
from single_window.language.refusal import CHANGED_MEANWHILE, Refusal
from single_window.language.words import Words
from single_window.refused import NotFound, demand_found
from single_window.store import case_queue, deferred
from single_window.store.case_queue import Key
from single_window.store.decisions import DecisionState, StoredDecision, find_decision
from single_window.store.engine import reading
from single_window.work import taking_back

LATELY = DAY
"""Real time for which a decision that came back is listed."""


class RecentDecision(NamedTuple):
    """A decision of a person, for pages. `until`: the machine's instant until which it could or can be taken back;
    `reasons`: why its gateway refused it; `meanwhile`: what had happened to its case, if that is why."""

    id: int
    key: Key
    label: str
    action: str
    words: Words
    until: int
    reasons: tuple[Reason, ...] = ()
    meanwhile: Sequence[Words] = ()


def undoable(connection: Connection, sandbox: str, person: Person, now: int) -> list[RecentDecision]:
    """The decisions that a person can take back at the machine's instant `now`, those first that are sent last."""
    return [
        _recent(connection, sandbox, decided) for decided in deferred.undoable(connection, sandbox, person.name, now)
    ]


def refused_lately(connection: Connection, sandbox: str, person: Person) -> list[RecentDecision]:
    """A person's decisions of the last day that their gateways refused after they were taken on a page, newest first;
    without those about which somebody has decided again."""
    since = system_now() - LATELY
    return [
        _recent(connection, sandbox, decided)._replace(meanwhile=_meanwhile(connection, sandbox, decided))
        for decided in deferred.came_back(connection, sandbox, person.name, since)
    ]


def _meanwhile(connection: Connection, sandbox: str, decided: StoredDecision) -> Sequence[Words]:
    """Return what happened to the case of a decision that was refused because the case had changed."""
    if not any(reason.rule in CHANGED_MEANWHILE for reason in decided.answer):
        return ()
    case = case_queue.of_keys(connection, sandbox, [(decided.subject, decided.subject_id)])
    return [words for known in case.values() for words in happened_since(connection, sandbox, known, decided.at)]


def take_back(context: Context, sandbox: str, number: int, who: Person) -> StoredDecision:
    """Take back a decision that was not sent yet, and return it as it was. Raises `NotFound`, or `Refusal` if it is
    somebody else's or too late; then the refusal names the decision that undoes it."""
    with reading(context.engine) as connection:
        decided = demand_found(find_decision(connection, sandbox, number), number, sandbox)
    if decided.by != who.name:
        raise Refusal("undo_not_yours", id=number, by=decided.by)
    if not decided.waiting or not taking_back.take_back(context, sandbox, decided, who):
        with reading(context.engine) as connection:
            raise _too_late(
                connection, sandbox, demand_found(find_decision(connection, sandbox, number), number, sandbox)
            )
    return decided


def _too_late(connection: Connection, sandbox: str, decided: StoredDecision) -> Refusal:
    known = {"id": decided.id, "action": act_words(decided.action, decided.subject)}
    if decided.state in _NOTHING_TO_UNDO:
        return Refusal(_NOTHING_TO_UNDO[decided.state], **known)
    counters = _counters(connection, sandbox, decided)
    if not counters:
        return Refusal("undo_too_late_for_good", **known)
    named = [counter.words for counter in counters]
    words = Words("、".join(each.zh for each in named), ", ".join(each.en for each in named))
    return Refusal("undo_too_late", **known, counters=words)


_NOTHING_TO_UNDO = {
    DecisionState.TAKEN_BACK: "undone_already",
    DecisionState.REFUSED: "undo_refused",
    DecisionState.DECLINED: "undo_refused",
    DecisionState.WITHDRAWN: "undo_refused",
}


def _counters(connection: Connection, sandbox: str, decided: StoredDecision) -> tuple[undoing.UndoAction, ...]:
    """Return what undoes a decision: from the state of its subject, or, while it is on its way, from the state it leads
    to."""
    try:
        kind, subject = _subject_of(connection, sandbox, decided)
    except LookupError:
        return ()
    leads_to = {act.action: act.to for act in kind.acts(connection, sandbox, subject)} if decided.waiting else {}
    return undoing.counters(kind, subject, decided.action, leads_to.get(decided.action) or subject.state)


def _subject_of(connection: Connection, sandbox: str, decided: StoredDecision) -> tuple[DecisionKind, Subject]:
    kind = DECISION_KINDS[decided.subject]
    return kind, kind.by_id(connection, sandbox, decided.subject_id)


def label_of(connection: Connection, sandbox: str, decided: StoredDecision) -> str:
    """The label of a decision's subject; its id if it is not there any more."""
    return _recent(connection, sandbox, decided).label


def _recent(connection: Connection, sandbox: str, decided: StoredDecision) -> RecentDecision:
    key = decided.subject, decided.subject_id
    label, words = own_decisions.label_of(connection, sandbox, key), act_words(decided.action, decided.subject)
    try:
        kind, subject = _subject_of(connection, sandbox, decided)
    except NotFound:
        pass
    else:
        words = kind.words_of(decided.action, kind.lifecycle(subject))
    return RecentDecision(decided.id, key, label, decided.action, words, decided.not_before, decided.answer)
