"""Rows of the log as lines: an act of a person and what came of it are one line, with the rows beneath it.

A decision on a page is a row when it is filed and one when its gateway has answered; an approval is one when it is
filed, one of the proposal, and one when that was carried out. One that was taken back is a line of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from single_window.store import decision_log
from single_window.store.decision_log import ANSWERED, SETTLED, LogFilter
from single_window.store.log_chain import LogEntry
from single_window.store.subjects import PROPOSAL
from single_window.store.tables import decision

FILED, APPROVED = "filed", "approved"
GOES_ON = frozenset({FILED, APPROVED})
"""Outcomes of rows that another row of the same act follows."""
FOLLOWS = frozenset({*SETTLED, *ANSWERED})
"""Outcomes of rows that may follow another row of the same act."""
MOST_STEPS = 1_000
"""Rows that are read beside those of a page, at most."""


class LogLine(NamedTuple):
    """An act: its last row, who did it, and all its rows, oldest first."""

    row: LogEntry
    by: str
    role: str
    rows: Sequence[LogEntry]

    @property
    def outcomes(self) -> Sequence[str]:
        """The outcomes to show: the last, and before it that a second person approved."""
        settled = [row.outcome for row in self.rows[:-1] if row.outcome == APPROVED]
        return (*settled, self.row.outcome)


def lines_of(connection: Connection, sandbox: str, rows: Sequence[LogEntry], only: LogFilter) -> Sequence[LogLine]:
    """Return the lines of a page of the log, in the order of its `rows`. A line stands where its newest row does that
    the filter `only` lets through; what is asked for by outcome stands row by row."""
    if only.outcomes:
        return [_line([row]) for row in rows]
    acts = {row.sequence: act for act in _acts(_with_steps(connection, sandbox, rows)) for row in act}
    lines = []
    for row in rows:
        act = acts.get(row.sequence, [row])
        if row.sequence == max(each.sequence for each in act if _passes(each, only) or each == row):
            lines.append(_line(act))
    return lines


def _with_steps(connection: Connection, sandbox: str, rows: Sequence[LogEntry]) -> Collection[LogEntry]:
    """The rows with those of the same decisions, in order."""
    steps = [row for row in rows if _decision_of(row) and row.outcome in GOES_ON | FOLLOWS]
    proposed = {int(row.subject_id) for row in steps if row.subject == PROPOSAL}
    subjects = {(row.subject, row.subject_id) for row in steps} | _subjects(connection, sandbox, proposed)
    of_subjects = _read(connection, sandbox, subjects)
    settled = {(PROPOSAL, str(row.decision_id)) for row in of_subjects if row.outcome in SETTLED}
    return sorted({*rows, *of_subjects, *_read(connection, sandbox, settled)}, key=lambda row: row.sequence)


def _subjects(connection: Connection, sandbox: str, decisions: Collection[int]) -> set[tuple[str, str]]:
    """The subjects that decisions are about, as far as these are kept."""
    chosen = select(decision.c.subject, decision.c.subject_id)
    chosen = chosen.where(decision.c.sandbox == sandbox, decision.c.id.in_(sorted(decisions)))
    return {(row.subject, str(row.subject_id)) for row in connection.execute(chosen)} if decisions else set()


def _read(connection: Connection, sandbox: str, subjects: Collection[tuple[str, str]]) -> Sequence[LogEntry]:
    if not subjects:
        return ()
    return decision_log.of_subjects(connection, sandbox, subjects, GOES_ON | FOLLOWS, MOST_STEPS)


def _acts(rows: Iterable[LogEntry]) -> Collection[Sequence[LogEntry]]:
    """The rows of each act; `rows` are in order."""
    acts: list[list[LogEntry]] = []
    open_acts: dict[int, list[LogEntry]] = {}
    for row in rows:
        number = _decision_of(row)
        act = open_acts.get(number) if row.outcome in FOLLOWS else None
        if act is not None and act[-1].outcome in GOES_ON:
            act.append(row)
        else:
            acts.append([row])
            open_acts[number] = acts[-1]
    return acts


def _decision_of(row: LogEntry) -> int:
    """The decision that a row is about: that which is proposed, if it is about a proposal; 0 without one."""
    return int(row.subject_id) if row.subject == PROPOSAL else row.decision_id


def _line(act: Sequence[LogEntry]) -> LogLine:
    return LogLine(act[-1], act[0].by, act[0].role, act)


def _passes(row: LogEntry, only: LogFilter) -> bool:
    """True if a row is asked for."""
    return (
        (not only.by or row.by == only.by)
        and (not only.action or row.action == only.action)
        and row.answered_at >= only.since
        and (not only.until or row.answered_at < only.until)
    )
