"""The last decision about a subject, and the actions that can undo it now, by its lifecycle.

Nothing is taken out of the log: undoing a decision is another decision.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from declarations import lifecycle
from declarations.lifecycle import lifecycles
from single_window.frame.decision_kinds import DecisionKind, Subject
from single_window.language.words import Words
from single_window.store.decisions import decisions_about


class UndoAction(NamedTuple):
    """An action that undoes a decision, and who may take it."""

    action: str
    words: Words
    by: tuple[str, ...]


class LastDecision(NamedTuple):
    """The decision about a subject that was carried out last; `counters`, the actions that undo it, is empty
    where none can."""

    action: str
    words: Words
    by: str
    at: int
    counters: tuple[UndoAction, ...]


def last(
    connection: Connection, sandbox: str, kind: DecisionKind, subject: Subject, flow: str = ""
) -> LastDecision | None:
    """The last decision about a subject as it stands; None: there is none. `flow`: of a list, I or E."""
    done = [decided for decided in decisions_about(connection, sandbox, subject.kind, str(subject.id)) if decided.done]
    if not done:
        return None
    decided, lifecycle_name = done[-1], kind.lifecycle(subject)
    step = kind.steps.get(decided.action, decided.action)
    counters = lifecycle.undoing(step, subject.state, lifecycle_name, flow) if lifecycle_name in lifecycles() else ()
    return LastDecision(
        decided.action,
        kind.words_of(decided.action, lifecycle_name),
        decided.by,
        decided.answered_at,
        tuple(
            UndoAction(
                found.action, Words(found.zh, found.en), tuple(role for role in found.by if role != lifecycle.SYSTEM)
            )
            for found in counters
        ),
    )
