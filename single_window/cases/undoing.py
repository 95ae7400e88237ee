"""The last decision about a subject, and the actions that can undo it according to the lifecycle.

Undoing a decision is another decision; nothing is deleted from the log.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from declarations import lifecycle
from declarations.lifecycle import all_lifecycles
from single_window.frame.decision_kinds import DecisionKind, Subject
from single_window.language.words import Words
from single_window.store import questions
from single_window.store.decisions import decisions_about
from single_window.store.questioning import ASK, REMIND

ASKING = frozenset({ASK, REMIND})


class UndoAction(NamedTuple):
    """An action that undoes a decision, and the roles that may take it."""

    action: str
    words: Words
    by: tuple[str, ...]


class LastDecision(NamedTuple):
    """The last decision about a subject that was carried out: `second` approved it, if it took two; `counters` are the
    actions that undo it."""

    action: str
    words: Words
    by: str
    at: int
    counters: tuple[UndoAction, ...]
    second: str = ""


def last_decision(
    connection: Connection, sandbox: str, kind: DecisionKind, subject: Subject, flow: str = ""
) -> LastDecision | None:
    """Return the last decision about a subject; None: there is none, or it is a question that is open no more.
    `flow`: I or E for a list."""
    done = [decided for decided in decisions_about(connection, sandbox, subject.kind, str(subject.id)) if decided.done]
    if not done:
        return None
    decided = done[-1]
    if decided.action in ASKING and questions.open_about(connection, sandbox, (subject.kind, str(subject.id))) is None:
        return None
    undone = ASK if decided.action == REMIND else decided.action  # whoever takes the question back ends both
    return LastDecision(
        decided.action,
        kind.words_of(decided.action, kind.lifecycle(subject)),
        decided.by,
        decided.answered_at,
        counters(kind, subject, undone, subject.state, flow),
        decided.second,
    )


def counters(kind: DecisionKind, subject: Subject, action: str, state: str, flow: str = "") -> tuple[UndoAction, ...]:
    """Return the actions that undo one when its subject is in a state."""
    if (lives := kind.lifecycle(subject)) not in all_lifecycles():
        return ()
    steps = lifecycle.undoing_transitions(kind.steps.get(action, action), state, lives, flow)
    return tuple(
        UndoAction(step.action, Words(step.zh, step.en), tuple(role for role in step.by if role != lifecycle.SYSTEM))
        for step in steps
    )
