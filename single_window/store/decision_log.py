"""The decision log: a hash chain, so that a changed row is detected. Never commits.

A row is written in the commit that answers a decision, proposes one, stores one that can still be taken back, or takes
it back, and in which a second person approves or declines a proposal; the last two carry that person's name and role.
Assignments of cases to officers, notes, files and disclosures of identity numbers are rows without a decision. The
chain of a sandbox begins with 64 zeros. Its head is stored in a separate row, so that a truncated log is detected.
`decision_log_check` verifies it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, select, update

from single_window.store.bulk import insert_rows, of_sandbox, on_sqlite, one_of, upsert_rows
from single_window.store.log_chain import FIRST, LogEntry, digest
from single_window.store.subjects import states
from single_window.store.tables import decision, decision_log, decision_log_head

ROWS_PER_QUERY = 1_000
_ENTRY = [decision_log.c[name] for name in LogEntry._fields]
GIVEN, REVEALED, NOTED, ATTACHED, DOSSIER_MADE = "given", "revealed", "noted", "attached", "dossier_made"
"""Outcomes of rows without a decision: a case was assigned to an officer, an identity number was shown to one, a note
was written about a case, a file was added to one, a dossier was made of it (`reason`: the SHA-256 of its text)."""
HANDED_OVER = "handed_over"
"""Outcome of a row without a decision: a case of an absent officer went to the queue or to a colleague."""
HELD, LIFTED = "held", "lifted"
"""Outcomes of rows without a decision: an agency held a case, or let it go on."""
BY_ITSELF = "by_itself"
"""Outcome of a row without a decision: an agency took a step of a case that nobody decided, such as the result of an
inspection."""
REPLIED, UNANSWERED = "replied", "unanswered"
"""Outcomes of rows about a question: its declarant answered, or did not in time."""
ANSWERED = ("done", "refused")
"""Outcomes of rows that record a gateway's answer. Other outcomes: proposed; filed, taken_back; and those of
`SETTLED`."""
SETTLED = ("approved", "declined", "withdrawn")
"""Outcomes of rows that record what became of a proposal."""


def append(connection: Connection, sandbox: str, ids: Collection[int]) -> None:
    """Append decisions that were answered in this transaction, in the order of their ids."""
    rows = connection.execute(
        select(decision)
        .where(of_sandbox(on_sqlite(connection), decision, sandbox), one_of(connection, decision.c.id, sorted(ids)))
        .order_by(decision.c.id)
    ).all()
    _link(
        connection,
        sandbox,
        [
            (
                row.id,
                row.subject,
                row.subject_id,
                row.action,
                row.by,
                row.role,
                row.seen,
                row.reason,
                row.before,
                after,
                row.state,
                row.answer,
                row.at,
                row.answered_at,
            )
            for row, after in zip(rows, _after(connection, sandbox, rows), strict=True)
        ],
    )


def append_step(
    connection: Connection, sandbox: str, row: Row[Any], *, by: str, role: str, outcome: str, reason: str, at: int
) -> None:
    """Append what happened to a decision before it was sent: it was proposed, filed for later, taken back, or one of
    `SETTLED`."""
    _link(
        connection,
        sandbox,
        [
            (
                row.id,
                row.subject,
                row.subject_id,
                row.action,
                by,
                role,
                row.seen,
                reason,
                row.before,
                row.before,
                outcome,
                "",
                row.at,
                at,
            )
        ],
    )


def append_notes(
    connection: Connection,
    sandbox: str,
    subjects: Collection[tuple[str, str]],
    outcome: str,
    by: tuple[str, str],
    reason: str,
    at: int,
    action: str = "",
) -> int:
    """Append a person's actions on subjects that are not decisions, and return the sequence of the last row (0: there
    was none). `by`: (name, role); `action`: the outcome if none is given."""
    name, role = by
    rows = [
        (0, subject, subject_id, action or outcome, name, role, 0, reason, "", "", outcome, "", at, at)
        for subject, subject_id in sorted(subjects)
    ]
    return _link(connection, sandbox, rows)


def head(connection: Connection, sandbox: str) -> tuple[int, str]:
    """The sequence and the hash of the last row, as stored in the chain's head."""
    columns = decision_log_head.c
    row = connection.execute(select(columns.sequence, columns.hash).where(columns.sandbox == sandbox)).one_or_none()
    return (0, FIRST) if row is None else (row.sequence, row.hash)


def hash_of(connection: Connection, sandbox: str, sequence: int) -> str:
    """The hash of a row of the log; empty if there is no such row."""
    columns = decision_log.c
    chosen = select(columns.hash).where(columns.sandbox == sandbox, columns.sequence == sequence)
    return connection.execute(chosen).scalar() or ""


def _link(connection: Connection, sandbox: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Append rows to a sandbox's chain, and return the sequence of the last one (0: there was none). A row is given as
    the columns between `sequence` and `previous`."""
    if not rows:
        return 0
    sequence, previous = _locked_head(connection, sandbox)
    linked = []
    for row in rows:
        sequence += 1
        values = (sandbox, sequence, *row, previous)
        previous = digest(values)
        linked.append((*values, previous))
    insert_rows(connection, decision_log, LogEntry._fields, linked)
    of_sandbox = update(decision_log_head).where(decision_log_head.c.sandbox == sandbox)
    connection.execute(of_sandbox.values(sequence=sequence, hash=previous))
    return sequence


def _locked_head(connection: Connection, sandbox: str) -> tuple[int, str]:
    """Number and hash of the last entry of a chain, which is locked, and begun if need be."""
    upsert_rows(connection, decision_log_head, ("sandbox", "sequence", "hash"), [(sandbox, 0, FIRST)])
    head = decision_log_head.c
    chosen = select(head.sequence, head.hash).where(head.sandbox == sandbox)
    row = connection.execute(chosen if on_sqlite(connection) else chosen.with_for_update()).one()
    return row.sequence, row.hash


def entries(
    connection: Connection,
    sandbox: str,
    after: int = 0,
    by: str = "",
    subject: str = "",
    since: int = 0,
    until: int = 0,
    subject_id: str = "",
) -> Iterator[LogEntry]:
    """Rows of the log in order, a thousand per query; filtered by sequence > `after`, officer, kind of subject, its id,
    and answered from `since` until before `until`."""
    column = decision_log.c
    chosen = select(*_ENTRY).where(
        column.sandbox == sandbox,
        *([column.by == by] if by else []),
        *([column.subject == subject] if subject else []),
        *([column.subject_id == subject_id] if subject_id else []),
        *([column.answered_at >= since] if since else []),
        *([column.answered_at < until] if until else []),
    )
    while rows := connection.execute(
        chosen.where(column.sequence > after).order_by(column.sequence).limit(ROWS_PER_QUERY)
    ).all():
        yield from map(LogEntry._make, rows)
        after = rows[-1].sequence


class LogFilter(NamedTuple):
    """The rows to list: of this officer, about these subjects (None: all), answered from `since` until before
    `until`, with one of these outcomes, of this act; empty and 0 for all."""

    by: str = ""
    subjects: Collection[tuple[str, str]] | None = None
    since: int = 0
    until: int = 0
    outcomes: Collection[str] = ()
    action: str = ""


ALL = LogFilter()
NOTABLE = LogFilter(outcomes=("declined", "refused", "revealed", "taken_back", "withdrawn"))
"""The rows that an auditor looks at first: decisions that did not stand, and identity numbers that were shown."""


def newest(
    connection: Connection, sandbox: str, before: int = 0, only: LogFilter = ALL, most: int = 50
) -> Sequence[LogEntry]:
    """The newest rows of the log, newest first; `before`: only lower sequences."""
    column = decision_log.c
    conditions = [
        *([column.by == only.by] if only.by else []),
        *([column.sequence < before] if before else []),
        *([column.answered_at >= only.since] if only.since else []),
        *([column.answered_at < only.until] if only.until else []),
        *([column.outcome.in_(sorted(only.outcomes))] if only.outcomes else []),
        *([column.action == only.action] if only.action else []),
    ]
    if only.subjects is not None:
        return _about(connection, sandbox, only.subjects, conditions, most)[::-1]
    chosen = select(*_ENTRY).where(column.sandbox == sandbox, *conditions)
    return [LogEntry._make(row) for row in connection.execute(chosen.order_by(column.sequence.desc()).limit(most))]


def of_subjects(
    connection: Connection,
    sandbox: str,
    subjects: Collection[tuple[str, str]],
    outcomes: Collection[str],
    most: int,
) -> Sequence[LogEntry]:
    """The newest `most` rows about these subjects with one of these outcomes (empty: any), oldest first."""
    chosen = [decision_log.c.outcome.in_(sorted(outcomes))] if outcomes else []
    return _about(connection, sandbox, subjects, chosen, most)


def _about(
    connection: Connection,
    sandbox: str,
    subjects: Collection[tuple[str, str]],
    conditions: Sequence[ColumnElement[bool]],
    most: int,
) -> Sequence[LogEntry]:
    """The newest `most` rows about these subjects that meet the conditions, oldest first."""
    column, found = decision_log.c, list[Row[Any]]()
    for subject, subject_id in sorted(set(subjects)):  # each found by the index
        chosen = select(*_ENTRY).where(
            of_sandbox(on_sqlite(connection), decision_log, sandbox),
            column.subject == subject,
            column.subject_id == subject_id,
            *conditions,
        )
        found += connection.execute(chosen.order_by(column.sequence.desc()).limit(most)).all()
    return [LogEntry._make(row) for row in sorted(found, key=lambda row: row.sequence)[-most:]]


def _after(connection: Connection, sandbox: str, rows: Sequence[Row[Any]]) -> Iterator[str]:
    """The current state of each decision's subject."""
    known = {
        subject: states(connection, sandbox, subject, {row.subject_id for row in rows if row.subject == subject})
        for subject in {row.subject for row in rows}
    }
    for row in rows:
        yield known[row.subject].get(row.subject_id, "")
