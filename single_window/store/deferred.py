"""Decisions that are stored but not sent yet, so that whoever took them can take them back. Never commits.

The delivery of such a decision is not handled before an instant of the machine, by the mechanism that delays retries.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, select, tuple_, update
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from single_window.language.acts import act_words
from single_window.language.plainly import moment
from single_window.language.refusal import Refusal
from single_window.store import decision_log, deliveries, held_cases
from single_window.store.decisions import DecisionState, StoredDecision, decision_of, file_decision, row_of
from single_window.store.tables import decision, delivery

CLOCK_TIME = slice(11, 19)
"""Hours, minutes and seconds in the text of an instant."""
MOST = 100
"""Maximum number of decisions that a query returns."""
_DEFERRED = sql("decision.state = 'filed' AND decision.not_before > 0")
_CAME_BACK = sql("decision.state = 'refused' AND decision.not_before > 0")


def already_decided(deferred: StoredDecision) -> Refusal:
    """The refusal of a decision about a subject that has just been decided; it names that decision."""
    until = moment(deferred.not_before)[CLOCK_TIME]
    return Refusal(
        "already_decided",
        by=deferred.by,
        action=act_words(deferred.action, deferred.subject),
        id=deferred.id,
        until=until,
    )


def defer(connection: Connection, sandbox: str, filed: StoredDecision) -> None:
    """Insert a decision whose delivery is not due yet, log it, and hold the deadlines of its subject; raises `Refusal`
    if the subject has such a decision."""
    if earlier := about(connection, sandbox, filed.subject, filed.subject_id):
        raise already_decided(earlier)
    _let_go_of_stuck(connection, sandbox, filed)
    try:
        file_decision(connection, sandbox, filed)
    except IntegrityError:
        raise Refusal("decided_just_now") from None
    held_cases.hold(connection, sandbox, filed.subject_id, filed.reason)
    _log(connection, sandbox, filed, DecisionState.FILED, filed.reason, filed.at)


def about(connection: Connection, sandbox: str, subject: str, subject_id: int | str) -> StoredDecision | None:
    """The deferred decision about a subject, until it is answered or its delivery is parked; else None."""
    chosen = _on_their_way(select(decision), sandbox)
    row = connection.execute(
        chosen.where(decision.c.subject == subject, decision.c.subject_id == str(subject_id))
    ).one_or_none()
    return None if row is None else decision_of(row)


def keys(sandbox: str) -> Select[tuple[str, str]]:
    """Selects the subjects (kind, id) of all deferred decisions that are neither answered nor parked."""
    return _on_their_way(select(decision.c.subject, decision.c.subject_id), sandbox)


def undoable(connection: Connection, sandbox: str, by: str, now: int) -> Sequence[StoredDecision]:
    """The decisions that a person can take back at the machine's instant `now`, those first that are sent last."""
    own = (decision.c.sandbox == sandbox, _DEFERRED, decision.c.by == by, decision.c.not_before > now)
    rows = connection.execute(
        select(decision).where(*own).order_by(decision.c.not_before.desc(), decision.c.id).limit(MOST)
    )
    return [decision_of(row) for row in rows]


def take_back(connection: Connection, sandbox: str, taken: StoredDecision, now: int, clock: int) -> bool:
    """Compare-and-set: take a decision back and log it; False if it is not deferred any more. `now`: the sandbox's
    instant, `clock`: the machine's."""
    if taken.not_before <= clock or not deliveries.withdraw(connection, taken.delivery_id, clock):
        return False
    filed = (decision.c.sandbox == sandbox, decision.c.id == taken.id, _DEFERRED)
    connection.execute(update(decision).where(*filed).values(state=DecisionState.TAKEN_BACK, answered_at=now))
    _log(connection, sandbox, taken, DecisionState.TAKEN_BACK, "", now)
    held_cases.release(connection, sandbox, taken.subject_id, now)
    return True


def told_by_another(connection: Connection, sandbox: str, carried: StoredDecision, now: int) -> None:
    """Mark a deferred decision as done whose row of the log is that of the decision that it settled. `now`: the
    sandbox's instant."""
    waits = (decision.c.sandbox == sandbox, decision.c.id == carried.id, _DEFERRED)
    connection.execute(update(decision).where(*waits).values(state=DecisionState.DONE, answered_at=now))
    held_cases.release(connection, sandbox, carried.subject_id, now)


def came_back(connection: Connection, sandbox: str, by: str, since: int) -> Sequence[StoredDecision]:
    """A person's deferred decisions that their gateway refused, sent after the machine's instant `since`, newest
    first. Left out are those about which somebody has decided again."""
    own = (decision.c.sandbox == sandbox, _CAME_BACK, decision.c.by == by, decision.c.not_before > since)
    chosen = select(decision).where(*own, ~_decided_again()).order_by(decision.c.not_before.desc()).limit(MOST)
    return [decision_of(row) for row in connection.execute(chosen)]


def _decided_again() -> ColumnElement[bool]:
    later, own = decision.alias("later"), decision.c
    same = and_(*(later.c[name] == own[name] for name in ("sandbox", "subject", "subject_id")))
    after = tuple_(later.c.at, later.c.id) > tuple_(own.at, own.id)
    return exists().where(same, after, later.c.state != DecisionState.TAKEN_BACK)


def _on_their_way(chosen: Select[tuple[str, str]], sandbox: str) -> Select[tuple[str, str]]:
    return chosen.join(delivery, delivery.c.id == decision.c.delivery_id).where(
        decision.c.sandbox == sandbox, _DEFERRED, delivery.c.state == deliveries.READY
    )


def _let_go_of_stuck(connection: Connection, sandbox: str, filed: StoredDecision) -> None:
    """Let an earlier decision whose delivery is parked count as filed at once, so that the subject can have another."""
    same = (decision.c.subject == filed.subject, decision.c.subject_id == filed.subject_id)
    # not the decision that somebody else has filed since `about` looked: its delivery is ready
    ready = exists().where(delivery.c.id == decision.c.delivery_id, delivery.c.state == deliveries.READY)
    stuck = update(decision).where(decision.c.sandbox == sandbox, _DEFERRED, *same, ~ready)
    connection.execute(stuck.values(not_before=0))


def _log(
    connection: Connection, sandbox: str, decided: StoredDecision, outcome: DecisionState, reason: str, at: int
) -> None:
    row = row_of(connection, sandbox, decided.id)
    decision_log.append_step(
        connection, sandbox, row, by=decided.by, role=decided.role, outcome=outcome, reason=reason, at=at
    )
