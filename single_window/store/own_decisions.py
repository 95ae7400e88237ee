"""A person's decisions, newest first, from his rows of the log. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select

from single_window.store import decision_log
from single_window.store.decision_log import ANSWERED
from single_window.store.decisions import StoredDecision, decision_of
from single_window.store.subjects import PROPOSAL
from single_window.store.tables import decision
from single_window.store.tables import decision_log as log_rows

MOST = 1_000
"""Rows about declined proposals that are read, newest first, at most."""
SETTLED = ("approved", "declined")
"""Outcomes of rows about what another had proposed."""
_TOLD_FIRST = ("proposed", "filed", *SETTLED)
"""Outcomes of rows that a person's later row about the same decision repeats."""


class OwnStep(NamedTuple):
    """A row of the log about what a person did, and the decision as it stands now. `outcome`: of the row, such as
    approved for what another had proposed."""

    sequence: int
    outcome: str
    decision: StoredDecision


def of_person(connection: Connection, sandbox: str, name: str, before: int = 0, most: int = 50) -> Sequence[OwnStep]:
    """The newest decisions that a person filed, proposed, approved or declined, each once; `before`: only rows with
    lower sequences."""
    log, own = log_rows.c, decision.c
    sent_at_once = and_(log.outcome.in_(ANSWERED), own.second == "", own.not_before == 0)
    told_there = and_(own.subject == PROPOSAL, own.state == "done")  # by the row about what was proposed
    rows = connection.execute(
        select(log.sequence.label("row"), log.outcome.label("step"), decision)
        .join(decision, and_(own.sandbox == log.sandbox, own.id == log.decision_id))
        .where(log.sandbox == sandbox, log.by == name, log.decision_id > 0)
        .where(
            or_(log.outcome.in_(_TOLD_FIRST), sent_at_once), ~told_there, *([log.sequence < before] if before else [])
        )
        .order_by(log.sequence.desc())
        .limit(most)
    )
    return [OwnStep(row.row, row.step, decision_of(row)) for row in rows]


def reasons_of_declining(connection: Connection, sandbox: str, declined: Sequence[StoredDecision]) -> Mapping[int, str]:
    """Return what second officers said when they declined these proposals, by the proposal's id; none for those
    withdrawn."""
    subjects = sorted({(made.subject, made.subject_id) for made in declined})
    rows = decision_log.of_subjects(connection, sandbox, subjects, {"declined"}, MOST) if subjects else ()
    return {row.decision_id: row.reason for row in rows if row.reason}
