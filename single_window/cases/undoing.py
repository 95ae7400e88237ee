"""The last decision about a subject, and the counter-entry that undoes it now, by the lifecycle.

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


class Counter(NamedTuple):
    """An action that undoes a decision, and who may take it."""

    action: str
    words: Words
    by: tuple[str, ...]


class Last(NamedTuple):
    """The decision about a subject that was carried out last; `counters` is empty where nothing undoes it any more."""

    action: str
    words: Words
    by: str
    at: int
    counters: tuple[Counter, ...]


def last(connection: Connection, sandbox: str, kind: DecisionKind, subject: Subject, flow: str = "") -> Last | None:
    """The last decision about a subject as it stands; None: there is none. `flow`: of a list, I or E."""
    done = [decided for decided in decisions_about(connection, sandbox, subject.kind, str(subject.id)) if decided.done]
    if not done:
        return None
    decided, lives = done[-1], kind.lifecycle(subject)
    step = kind.steps.get(decided.action, decided.action)
    counters = lifecycle.undoing(step, subject.state, lives, flow) if lives in lifecycles() else ()
    return Last(
        decided.action,
        kind.words_of(decided.action, lives),
        decided.by,
        decided.answered_at,
        tuple(
            Counter(found.action, Words(found.zh, found.en), tuple(by for by in found.by if by != lifecycle.SYSTEM))
            for found in counters
        ),
    )
