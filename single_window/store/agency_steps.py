"""What agencies do with cases without anybody's decision, in the log of decisions: holds that they place and lift, and
steps that are taken by themselves. Holds of proposals are told by theirs. Never commits."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from gateways.decisions import SubjectKind
from gateways.holds import Held
from gateways.records import Answers
from single_window.language import phrases
from single_window.store import decision_log

ROLE = "agency"
"""The role of a row's `by`, which names who placed the hold."""
_SUBJECTS = {Held.LIST: str(SubjectKind.DECLARATION)}
"""Kinds of holds whose key is the id of a case -> the kind of subject."""


class LogStep(NamedTuple):
    """A row of the log without its subject."""

    outcome: str
    by: str
    reason: str = ""
    action: str = ""


def append(connection: Connection, sandbox: str, answers: Answers, now: int) -> None:
    """Log what was held, let go on and done by itself at the sandbox's instant `now`."""
    steps: dict[LogStep, list[tuple[str, str]]] = {}
    for gone in answers.lifted:
        if gone.kind in _SUBJECTS:
            steps.setdefault(LogStep(decision_log.LIFTED, gone.by), []).append((_SUBJECTS[gone.kind], gone.key))
    for hold in answers.holds:
        if hold.kind in _SUBJECTS:
            step = LogStep(decision_log.HELD, hold.by, phrases.of_reason(hold.reason).zh)
            steps.setdefault(step, []).append((_SUBJECTS[hold.kind], hold.key))
    for taken in answers.automatic:
        step = LogStep(decision_log.BY_ITSELF, taken.by, phrases.of_reason(taken.reason).zh, taken.action)
        steps.setdefault(step, []).append((str(taken.kind), str(taken.id)))
    for step, subjects in steps.items():
        decision_log.append_notes(
            connection, sandbox, subjects, step.outcome, (step.by, ROLE), step.reason, now, step.action
        )
