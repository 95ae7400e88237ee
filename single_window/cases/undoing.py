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
from single_window.store.decisions import decisions_about


class UndoAction(NamedTuple):
    """An action that undoes a decision, and the roles that may take it."""

    action: str
    words: Words
    by: tuple[str, ...]


class LastDecision(NamedTuple):
    """The last decision about a subject that was carried out; `counters` are the actions that undo it."""

    action: str
    words: Words
    by: str
    at: int
    counters: tuple[UndoAction, ...]


def last_decision(
    connection: Connection, sandbox: str, kind: DecisionKind, subject: Subject, flow: str = ""
) -> LastDecision | None:
    """Return the last decision about a subject; None: there is none. `flow`: I or E for a list."""
    done = [decided for decided in decisions_about(connection, sandbox, subject.kind, str(subject.id)) if decided.done]
    if not done:
        return None
    decided, lifecycle_name = done[-1], kind.lifecycle(subject)
    step = kind.steps.get(decided.action, decided.action)
    counters = (
        lifecycle.undoing_transitions(step, subject.state, lifecycle_name, flow)
        if lifecycle_name in all_lifecycles()
        else ()
    )
    return LastDecision(
        decided.action,
        kind.words_of(decided.action, lifecycle_name),
        decided.by,
        decided.answered_at,
        tuple(
            UndoAction(
                counter.action,
                Words(counter.zh, counter.en),
                tuple(role for role in counter.by if role != lifecycle.SYSTEM),
            )
            for counter in counters
        ),
    )
