"""The log of decisions: each row has the hash of the one before, so that a change is found. Never commits.

A row is written in the commit that answers its decision, that proposes one, or in which a second person approves or
declines it: such rows have that person's name and role, and the outcome records what he did. Cases that were given to
an officer, and identity numbers that were shown to one, are rows too, of no decision. The chain of a sandbox begins
with sixty-four zeros; its head stands in a row of its own, so that rows cut off at the end are missed.
`decision_log_check` verifies it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, select, update

from single_window.store.bulk import insert_rows, of_sandbox, on_sqlite, one_of, upsert_rows
from single_window.store.subjects import states
from single_window.store.tables import decision, decision_log, decision_log_head

FIRST = "0" * 64
"""What the first row of a chain has before it."""
PIECE = 1_000
GIVEN, REVEALED = "given", "revealed"
"""Outcomes of rows that record no decision: a case was given to an officer, an identity number was shown to one."""
ANSWERED = ("done", "refused")
"""Outcomes of rows that record a gateway's answer; the others record that it was proposed, approved or declined."""
_encode = msgspec.json.Encoder().encode


class LogEntry(NamedTuple):
    """A row of the log. `before` and `after` are states of the subject, as it was decided and when that was answered;
    `filed_at` and `answered_at` instants of the sandbox; `answer` reasons as JSON."""

    sandbox: str
    sequence: int
    decision_id: int
    subject: str
    subject_id: str
    action: str
    by: str
    role: str
    seen: int
    reason: str
    before: str
    after: str
    outcome: str
    answer: str
    filed_at: int
    answered_at: int
    previous: str
    hash: str


def append(connection: Connection, sandbox: str, ids: Collection[int]) -> None:
    """Add decisions that were answered in this transaction, in the order of their ids."""
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
    """Add what happened to a decision before it was filed: somebody proposed, approved or declined it."""
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
) -> None:
    """Add what somebody did about subjects without deciding about them; `by`: his name and role."""
    name, role = by
    rows = [
        (0, subject, subject_id, outcome, name, role, 0, reason, "", "", outcome, "", at, at)
        for subject, subject_id in sorted(subjects)
    ]
    _link(connection, sandbox, rows)


def head(connection: Connection, sandbox: str) -> tuple[int, str]:
    """The number and the hash of the last row, as the head of the chain has them."""
    columns = decision_log_head.c
    row = connection.execute(select(columns.sequence, columns.hash).where(columns.sandbox == sandbox)).one_or_none()
    return (0, FIRST) if row is None else (row.sequence, row.hash)


def _link(connection: Connection, sandbox: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows, given as all columns between sequence and previous hash, to the end of a sandbox's chain."""
    if not rows:
        return
    upsert_rows(connection, decision_log_head, ("sandbox", "sequence", "hash"), [(sandbox, 0, FIRST)])
    head = decision_log_head.c
    chosen = select(head.sequence, head.hash).where(head.sandbox == sandbox)
    sequence, previous = connection.execute(chosen if on_sqlite(connection) else chosen.with_for_update()).one()
    linked = []
    for row in rows:
        sequence += 1
        values = (sandbox, sequence, *row, previous)
        previous = digest(values)
        linked.append((*values, previous))
    insert_rows(connection, decision_log, LogEntry._fields, linked)
    connection.execute(
        update(decision_log_head).where(decision_log_head.c.sandbox == sandbox).values(sequence=sequence, hash=previous)
    )


def digest(values: Sequence[Any]) -> str:
    """The hash of a row: of all its columns in their order, the hash of the row before among them."""
    return sha256(_encode(list(values))).hexdigest()


def entries(
    connection: Connection,
    sandbox: str,
    after: int = 0,
    by: str = "",
    subject: str = "",
    since: int = 0,
    until: int = 0,
) -> Iterator[LogEntry]:
    """Rows of the log in their order, a thousand at a time: from behind a sequence on, of an officer, about a kind of
    subject, answered from one instant up to another (not included)."""
    column = decision_log.c
    chosen = select(*[column[name] for name in LogEntry._fields]).where(
        column.sandbox == sandbox,
        *([column.by == by] if by else []),
        *([column.subject == subject] if subject else []),
        *([column.answered_at >= since] if since else []),
        *([column.answered_at < until] if until else []),
    )
    while rows := connection.execute(
        chosen.where(column.sequence > after).order_by(column.sequence).limit(PIECE)
    ).all():
        yield from map(LogEntry._make, rows)
        after = rows[-1].sequence


def newest(connection: Connection, sandbox: str, before: int = 0, by: str = "", most: int = 50) -> Sequence[LogEntry]:
    """The newest rows of the log, newest first; `before`: of sequences below it."""
    column = decision_log.c
    chosen = select(*[column[name] for name in LogEntry._fields]).where(
        column.sandbox == sandbox, *([column.by == by] if by else []), *([column.sequence < before] if before else [])
    )
    return [LogEntry._make(row) for row in connection.execute(chosen.order_by(column.sequence.desc()).limit(most))]


def _after(connection: Connection, sandbox: str, rows: Sequence[Row[Any]]) -> Iterator[str]:
    """The state of each decision's subject now."""
    known = {
        subject: states(connection, sandbox, subject, {row.subject_id for row in rows if row.subject == subject})
        for subject in {row.subject for row in rows}
    }
    for row in rows:
        yield known[row.subject].get(row.subject_id, "")
