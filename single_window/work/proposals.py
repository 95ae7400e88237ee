"""Approves a proposed decision, which files it, or declines it; by a second person."""

from __future__ import annotations

import structlog

from declarations.reasons import clean_typed_text
from gateways.topics.shared import Decision
from single_window.accounts import rights
from single_window.accounts.people import OPERATOR, Person
from single_window.context import Context
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store import proposals
from single_window.store.decisions import DecisionState, StoredDecision, find_decision
from single_window.store.engine import reading, writing
from single_window.store.subjects import NAMED_BY_CODE, PROPOSAL, office_of
from single_window.work.filing import deliver, demand_free

log = structlog.get_logger(__name__)


def _not_waiting(proposal: StoredDecision) -> Refusal:
    by = Words(f"（{proposal.second}）", f" by {proposal.second}") if proposal.second else ""
    return Refusal("not_waiting", id=proposal.id, state=phrases.phrase("decision_outcome", proposal.state), by=by)


def approve(context: Context, sandbox: str, number: int, by: Person) -> StoredDecision:
    """Approve a proposal: file it for its gateway, which refuses it if the subject has changed.

    Raises `NotFound`, `Refusal`, or `rights.Lacking` if the person may not approve it.
    """
    proposal = _waiting(context, sandbox, number, by)
    if proposal.by == by.name and by.role != OPERATOR.role:
        raise Refusal("own_proposal", by=proposal.by)
    decision = Decision(
        subject_key(proposal), number, proposal.seen, proposal.action, proposal.reason, proposal.by, proposal.details
    )
    with writing(context.engine) as connection:
        now = context.now(sandbox)
        if not proposals.settle(
            connection, sandbox, number, DecisionState.FILED, by=by.name, role=by.role, reason="", now=now
        ):
            raise _not_waiting(_find(context, sandbox, number))
        deliver(connection, context, sandbox, proposal.subject, decision)
    context.wake()
    log.info("decision.approved", sandbox=sandbox, decision=number, by=by.name, proposed_by=proposal.by)
    return proposal


def decline(context: Context, sandbox: str, number: int, by: Person, reason: str = "") -> StoredDecision:
    """Decline a proposal. Its author may withdraw it this way without a reason. Raises like `approve`."""
    proposal = _waiting(context, sandbox, number, by)
    if proposal.by != by.name and not clean_typed_text(reason):
        raise Refusal("reason_needed", action="decline")
    with writing(context.engine) as connection:
        if not proposals.settle(
            connection,
            sandbox,
            number,
            DecisionState.DECLINED,
            by=by.name,
            role=by.role,
            reason=clean_typed_text(reason),
            now=context.now(sandbox),
        ):
            raise _not_waiting(_find(context, sandbox, number))
    context.wake()
    log.info("decision.declined", sandbox=sandbox, decision=number, by=by.name, proposed_by=proposal.by)
    return proposal


def _waiting(context: Context, sandbox: str, number: int, by: Person) -> StoredDecision:
    """A waiting proposal, after checks that the person may settle it and nobody else holds its case."""
    proposal = _find(context, sandbox, number)
    if not proposal.proposed:
        raise _not_waiting(proposal)
    if proposal.by != by.name:
        with reading(context.engine) as connection:
            office = office_of(connection, sandbox, proposal.subject, subject_key(proposal), proposal.details)
            demand_free(connection, sandbox, (PROPOSAL, str(number)), by)
        rights.demand_second(by, proposal.subject, proposal.action, office, proposal.before)
    return proposal


def subject_key(proposal: StoredDecision) -> int | str:
    """The subject's key in deliveries: a code or an id; of a decision that makes a subject its own number, negative."""
    if proposal.subject in NAMED_BY_CODE and proposal.subject_id != str(-proposal.id):
        return proposal.subject_id
    return int(proposal.subject_id)


def _find(context: Context, sandbox: str, number: int) -> StoredDecision:
    with reading(context.engine) as connection:
        return demand_found(find_decision(connection, sandbox, number), number, sandbox)
