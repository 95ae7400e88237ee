"""Rows of decisions. A person's decision is inserted; the gateway that carries it out stores its answer, found by the
decision's id, in the commit of its own work. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, select, update

from declarations.reasons import Reason
from gateways.records import DecisionAnswer
from single_window.store import acknowledged, decision_log, held_cases
from single_window.store.bulk import insert_rows, of_sandbox, on_sqlite, one_of
from single_window.store.records import decoder, to_json
from single_window.store.tables import decision

_COLUMNS = (
    "id",
    "sandbox",
    "subject",
    "subject_id",
    "seen",
    "action",
    "reason",
    "by",
    "details",
    "at",
    "role",
    "before",
    "state",
    "delivery_id",
    "not_before",
)
_reasons = decoder(tuple[Reason, ...], tuple)
_details = decoder(dict[str, Any], dict)


class DecisionState(StrEnum):
    """The state of a decision. It is proposed first if a second person must approve it, and can be taken back by its
    author until it is sent. One that its proposer himself has declined was withdrawn, and is stored as declined."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FILED = "filed"
    DONE = "done"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


_ANSWER = (
    update(decision)
    .where(decision.c.id == bindparam("decision_id"), decision.c.state == DecisionState.FILED)
    .values(state=bindparam("new_state"), answer=bindparam("reasons"), answered_at=bindparam("now"))
)


class StoredDecision(NamedTuple):
    """A stored decision. Instants are the sandbox's, but for `not_before`."""

    id: int
    subject: str
    subject_id: str
    seen: int
    """The version of the subject that the person saw; 0: any."""
    action: str
    reason: str
    by: str
    details: Mapping[str, Any]
    """Further values of the act, by name; long ones are only in its delivery."""
    at: int
    state: DecisionState
    answer: tuple[Reason, ...]
    """Reasons of a refusal, or remarks on what was done."""
    answered_at: int
    """0: no answer yet."""
    role: str = ""
    """The role of the person who decided."""
    before: str = ""
    """The subject's state when it was decided."""
    second: str = ""
    """The second person, who approved or declined the proposal; whoever proposed it, if he withdrew it."""
    second_at: int = 0
    delivery_id: int = 0
    not_before: int = 0
    """The machine's instant until which it can be taken back, and before which its delivery is not handled; 0: it was
    sent at once."""

    @property
    def proposed(self) -> bool:
        """True if a second person must approve it before it is carried out."""
        return self.state == DecisionState.PROPOSED

    @property
    def done(self) -> bool:
        """True if it was carried out."""
        return self.state == DecisionState.DONE

    @property
    def refused(self) -> bool:
        """True if it was refused."""
        return self.state == DecisionState.REFUSED

    @property
    def waiting(self) -> bool:
        """True if it was filed and its gateway has not answered yet."""
        return self.state == DecisionState.FILED


def file_decision(connection: Connection, sandbox: str, filed: StoredDecision) -> None:
    """Insert a decision, filed or proposed."""
    acknowledged.count(connection, acknowledged.DECISIONS, 1)
    insert_rows(
        connection,
        decision,
        _COLUMNS,
        [
            (
                filed.id,
                sandbox,
                filed.subject,
                filed.subject_id,
                filed.seen,
                filed.action,
                filed.reason,
                filed.by,
                to_json(filed.details),
                filed.at,
                filed.role,
                filed.before,
                filed.state,
                filed.delivery_id,
                filed.not_before,
            )
        ],
    )


def answer_decisions(connection: Connection, sandbox: str, answers: Sequence[DecisionAnswer], now: int) -> None:
    """Record the answers of decisions and log them. Answers to unknown or answered decisions are ignored."""
    if answers:
        chosen = select(decision.c.id, decision.c.subject_id, decision.c.second, decision.c.not_before).where(
            of_sandbox(on_sqlite(connection), decision, sandbox),
            decision.c.state == DecisionState.FILED,
            one_of(connection, decision.c.id, [answer.decision_id for answer in answers]),
        )
        waiting = connection.execute(chosen if on_sqlite(connection) else chosen.with_for_update()).all()
        connection.execute(
            _ANSWER,
            [
                {
                    "decision_id": answer.decision_id,
                    "new_state": DecisionState.REFUSED if answer.refused else DecisionState.DONE,
                    "reasons": to_json(tuple(answer.reasons)),
                    "now": now,
                }
                for answer in answers
            ],
        )
        decision_log.append(connection, sandbox, [row.id for row in waiting])
        for row in waiting:
            if row.second or row.not_before:  # meanwhile it held the deadlines of its subject
                held_cases.release(connection, sandbox, row.subject_id, now)


def find_decision(connection: Connection, sandbox: str, decision_id: int) -> StoredDecision | None:
    """A decision by its id."""
    row = connection.execute(
        select(decision).where(decision.c.sandbox == sandbox, decision.c.id == decision_id)
    ).one_or_none()
    return None if row is None else decision_of(row)


def row_of(connection: Connection, sandbox: str, decision_id: int) -> Row[Any]:
    """The row of a decision that exists."""
    return connection.execute(select(decision).where(decision.c.sandbox == sandbox, decision.c.id == decision_id)).one()


NEWEST = 100
"""Maximum decisions read about one subject: a dated value may be changed any number of times."""


def decisions_about(connection: Connection, sandbox: str, subject: str, subject_id: str | int) -> list[StoredDecision]:
    """The newest `NEWEST` decisions about a subject, oldest first."""
    rows = connection.execute(
        select(decision)
        .where(decision.c.sandbox == sandbox, decision.c.subject == subject, decision.c.subject_id == str(subject_id))
        .order_by(decision.c.id.desc())
        .limit(NEWEST)
    )
    return [decision_of(row) for row in rows][::-1]


def decision_of(row: Row[Any]) -> StoredDecision:
    """A row of the table as a decision."""
    stored = StoredDecision._make(getattr(row, name) for name in StoredDecision._fields)
    state = DecisionState(row.state)
    if state == DecisionState.DECLINED and row.second == row.by:
        state = DecisionState.WITHDRAWN
    return stored._replace(details=_details(row.details), state=state, answer=_reasons(row.answer))
