"""Proposals: decisions that a second person must approve or decline. Never commits.

A subject has at most one proposal. A proposal is a separate case, at the desk whose officers may approve it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from single_window.language.refusal import Refusal
from single_window.store import decision_log, held_cases, work_cases
from single_window.store.decisions import DecisionState, StoredDecision, decision_of, file_decision, row_of
from single_window.store.desks import CaseDesk, desks
from single_window.store.subjects import PROPOSAL
from single_window.store.tables import decision, work_case

_COPIED = (
    "office",
    "flow",
    "kind",
    "number",
    "order_no",
    "reason",
    "reasons",
    "company",
    "goods",
    "terms",
    "declaration_id",
    "value",
    "tax",
    "lane",
)


NEW_NUMBER = "new"
"""The number of a proposal's case whose subject is made only when it is approved."""


def already_proposed(waiting: StoredDecision | None) -> Refusal:
    """The refusal of an action on a subject with a waiting proposal; it names the proposal and its author."""
    if waiting is None:
        return Refusal("proposed_just_now")
    return Refusal("already_proposed", by=waiting.by, action=waiting.action, id=waiting.id)


def propose(connection: Connection, sandbox: str, proposal: StoredDecision, right: str, office: str) -> None:
    """Insert a decision as a proposal, with its case and a log row; raises `Refusal` if the subject has one."""
    if waiting := about(connection, sandbox, proposal.subject, proposal.subject_id):
        raise already_proposed(waiting)
    try:
        file_decision(connection, sandbox, proposal)
    except IntegrityError:
        raise already_proposed(None) from None
    held_cases.hold(connection, sandbox, str(proposal.subject_id), proposal.reason)
    decision_log.append_step(
        connection,
        sandbox,
        row_of(connection, sandbox, proposal.id),
        by=proposal.by,
        role=proposal.role,
        outcome=DecisionState.PROPOSED,
        reason=proposal.reason,
        at=proposal.at,
    )
    work_cases.put(
        connection,
        sandbox,
        (PROPOSAL, str(proposal.id)),
        _facts(connection, sandbox, proposal, office),
        desk(right),
        proposal.at,
    )


def about(connection: Connection, sandbox: str, subject: str, subject_id: int | str) -> StoredDecision | None:
    """The waiting proposal about a subject, or None."""
    row = connection.execute(
        select(decision).where(
            decision.c.sandbox == sandbox,
            decision.c.subject == subject,
            decision.c.subject_id == str(subject_id),
            decision.c.state == DecisionState.PROPOSED,
        )
    ).one_or_none()
    return None if row is None else decision_of(row)


def waiting(connection: Connection, sandbox: str, after: int = 0, most: int = 100) -> Sequence[StoredDecision]:
    """Waiting proposals with ids above `after`, oldest first."""
    return [
        decision_of(row)
        for row in connection.execute(
            select(decision)
            .where(decision.c.sandbox == sandbox, decision.c.state == DecisionState.PROPOSED, decision.c.id > after)
            .order_by(decision.c.id)
            .limit(most)
        )
    ]


def of_numbers(connection: Connection, sandbox: str, numbers: Sequence[int]) -> Sequence[StoredDecision]:
    """The waiting ones among the proposals with these numbers."""
    if not numbers:
        return []
    chosen = select(decision).where(decision.c.sandbox == sandbox, decision.c.id.in_(numbers))
    return [decision_of(row) for row in connection.execute(chosen.where(decision.c.state == DecisionState.PROPOSED))]


def settle(
    connection: Connection,
    sandbox: str,
    number: int,
    state: DecisionState,
    *,
    by: str,
    role: str,
    reason: str,
    now: int,
) -> bool:
    """Approve (`DecisionState.FILED`) or decline (`DecisionState.DECLINED`) a proposal, log it and end its case; False
    if it does not wait any more. Whoever proposed it withdraws it. `now`: the sandbox's instant."""
    ends = {"answered_at": now} if state == DecisionState.DECLINED else {}
    changed = connection.execute(
        update(decision)
        .where(decision.c.sandbox == sandbox, decision.c.id == number, decision.c.state == DecisionState.PROPOSED)
        .values(state=state, second=by, second_at=now, **ends)
    )
    if not changed.rowcount:
        return False
    if state == DecisionState.DECLINED:  # what is approved is carried out first: `decisions.answer_decisions`
        held_cases.release(connection, sandbox, row_of(connection, sandbox, number).subject_id, now)
    row = row_of(connection, sandbox, number)
    outcome = "approved" if state == DecisionState.FILED else str(decision_of(row).state)
    decision_log.append_step(connection, sandbox, row, by=by, role=role, outcome=outcome, reason=reason, at=now)
    work_cases.end(connection, sandbox, [(PROPOSAL, str(number))], now)
    return True


def desk(right: str) -> CaseDesk:
    """The desk of officers with a right to approve."""
    return next(desk for desk in desks().values() if desk.right == right and PROPOSAL in desk.subjects)


def _facts(connection: Connection, sandbox: str, proposal: StoredDecision, office: str) -> dict[str, Any]:
    """Column values of a proposal's case: those of the subject's own case, or a minimum if it has none."""
    case = work_case.c
    chosen = select(*[case[name] for name in _COPIED]).where(
        case.sandbox == sandbox, case.subject == proposal.subject, case.subject_id == proposal.subject_id
    )
    row = connection.execute(chosen).one_or_none()
    number = NEW_NUMBER if proposal.subject_id == str(-proposal.id) else proposal.subject_id
    facts = (
        dict(row._mapping) if row is not None else {"number": number, "kind": proposal.subject, "terms": number.lower()}
    )
    if row is None and proposal.subject == "declaration":
        facts["declaration_id"] = int(proposal.subject_id)
    return {**facts, "office": office, "state": DecisionState.PROPOSED, "version": 0}
