"""What was decided last about a subject, and which counter-entry undoes it now, by the lifecycle.

Nothing is taken out of the log: undoing a decision is another decision.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from declarations import lifecycle
from gateways.decisions import Subject
from gateways.registration.officers import STEPS
from single_window.language import words
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


def last(
    connection: Connection, sandbox: str, subject: Subject, subject_id: object, state: str, lives: str, flow: str = ""
) -> Last | None:
    """The last decision about a subject that is in this state of its lifecycle; None: there is none."""
    done = [decided for decided in decisions_about(connection, sandbox, subject, str(subject_id)) if decided.done]
    if not done:
        return None
    decided = done[-1]
    step = STEPS.get(decided.action, decided.action) if lives == Subject.REGISTRATION else decided.action
    phrase = words.act(step, lives)
    if phrase.zh == step:
        phrase = words.phrase("other_act", step)
    return Last(
        decided.action,
        phrase,
        decided.by,
        decided.answered_at,
        tuple(
            Counter(step.action, Words(step.zh, step.en), tuple(by for by in step.by if by != lifecycle.SYSTEM))
            for step in lifecycle.undoing(decided.action, state, lives, flow)
        ),
    )
