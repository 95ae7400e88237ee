"""Holds of agencies in the log of decisions, as far as they are about cases; those of proposals are told by theirs.
Never commits."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from gateways.decisions import SubjectKind
from gateways.holds import Held, Hold, LiftedHold
from single_window.language import phrases
from single_window.store import decision_log

ROLE = "agency"
"""The role of a row's `by`, which names who placed the hold."""
_SUBJECTS = {Held.LIST: str(SubjectKind.DECLARATION)}
"""Kinds of holds whose key is the id of a case -> the kind of subject."""


def append(
    connection: Connection, sandbox: str, lifted: Iterable[LiftedHold], placed: Iterable[Hold], now: int
) -> None:
    """Log the holds about cases that are lifted and placed at the sandbox's instant `now`."""
    steps: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for gone in lifted:
        if gone.kind in _SUBJECTS:
            steps.setdefault((decision_log.LIFTED, gone.by, ""), []).append((_SUBJECTS[gone.kind], gone.key))
    for hold in placed:
        if hold.kind in _SUBJECTS:
            step = decision_log.HELD, hold.by, phrases.of_reason(hold.reason).zh
            steps.setdefault(step, []).append((_SUBJECTS[hold.kind], hold.key))
    for (outcome, by, reason), subjects in steps.items():
        decision_log.append_notes(connection, sandbox, subjects, outcome, (by, ROLE), reason, now)
