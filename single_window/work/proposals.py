"""Approves a proposed decision, which files it, or declines it; by a second person.

On a page that is a deferred decision of its own, about the proposal, so that he can take it back like any other: until
its delivery is due the proposal waits as before.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from declarations.reasons import Reason, clean_typed_text
from gateways.decisions import SUBJECT_CHANGED
from gateways.records import DecisionAnswer
from gateways.topics.shared import Decision
from single_window.accounts import rights
from single_window.accounts.people import OPERATOR, Person
from single_window.clock import system_now
from single_window.context import Context
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.messaging.topology import PROPOSAL_SETTLED
from single_window.refused import demand_found
from single_window.store import deferred, proposals, sandboxes
from single_window.store.decisions import DecisionState, StoredDecision, answer_decisions, find_decision
from single_window.store.engine import reading, writing
from single_window.store.gateway_results import write_sends
from single_window.store.numbering import ROWS, Numbering
from single_window.store.subjects import NAMED_BY_CODE, PROPOSAL, office_of
from single_window.work.filing import deliver, demand_free

APPROVE, DECLINE, WITHDRAW = "approve", "decline", "withdraw"
"""What settles a proposal. Whoever declines his own withdraws it, and so it is stored."""
log = structlog.get_logger(__name__)


def _not_waiting(proposal: StoredDecision) -> Refusal:
    by = Words(f"（{proposal.second}）", f" by {proposal.second}") if proposal.second else ""
    return Refusal("not_waiting", id=proposal.id, state=phrases.phrase("decision_outcome", proposal.state), by=by)


def approve(context: Context, sandbox: str, number: int, by: Person, *, not_before: int = 0) -> int:
    """Approve a proposal: file it for its gateway, which refuses it if the subject has changed. Returns the id of the
    decision whose answer tells what came of it. `not_before`: as in `filing.file`.

    Raises `NotFound`, `Refusal`, or `rights.Lacking` if the person may not approve it.
    """
    proposal = _waiting(context, sandbox, number, by)
    if proposal.by == by.name and by.role != OPERATOR.role:
        raise Refusal("own_proposal", by=proposal.by)
    return _settle(context, sandbox, proposal, APPROVE, by, "", not_before)


def decline(context: Context, sandbox: str, number: int, by: Person, reason: str = "", *, not_before: int = 0) -> int:
    """Decline a proposal. Its author may withdraw it this way without a reason. Returns and raises like `approve`."""
    proposal = _waiting(context, sandbox, number, by)
    if proposal.by != by.name and not clean_typed_text(reason):
        raise Refusal("reason_needed", action=DECLINE)
    action = WITHDRAW if proposal.by == by.name else DECLINE
    return _settle(context, sandbox, proposal, action, by, clean_typed_text(reason), not_before)


def _settle(
    context: Context, sandbox: str, proposal: StoredDecision, action: str, by: Person, reason: str, not_before: int
) -> int:
    number = context.numbering.next_number(ROWS, "row") if not_before else proposal.id
    with writing(context.engine) as connection:
        now = sandboxes.hold(connection, sandbox).clock.now()
        settled = _settlement(number, proposal, action, by, reason, now)
        if not_before:
            sends = {PROPOSAL_SETTLED: [[number]]}
            sent = write_sends(connection, context.numbering, sandbox, sends, system_now(), not_before)[0]
            deferred.defer(connection, sandbox, settled._replace(delivery_id=sent, not_before=not_before))
        elif not _carry_out(connection, context.numbering, sandbox, proposal, settled, now):
            raise _not_waiting(demand_found(find_decision(connection, sandbox, proposal.id), proposal.id, sandbox))
    context.wake()
    return number


def _settlement(
    number: int, proposal: StoredDecision, action: str, by: Person, reason: str, now: int
) -> StoredDecision:
    """The decision of a second person about a proposal."""
    return StoredDecision(
        id=number,
        subject=PROPOSAL,
        subject_id=str(proposal.id),
        seen=0,
        action=action,
        reason=reason,
        by=clean_typed_text(by.name),
        details={},
        at=now,
        state=DecisionState.FILED,
        answer=(),
        answered_at=0,
        role=by.role,
        before=DecisionState.PROPOSED,
    )


def carry_out_deferred(
    connection: Connection, numbering: Numbering, sandbox: str, numbers: Sequence[int], now: int
) -> None:
    """Settle proposals as the deferred decisions with these ids say, in the transaction of their deliveries; one whose
    proposal does not wait any more is refused. `now`: the sandbox's instant."""
    for number in numbers:
        settled = find_decision(connection, sandbox, number)
        if settled is None or not settled.waiting:
            continue
        proposal = demand_found(
            find_decision(connection, sandbox, int(settled.subject_id)), settled.subject_id, sandbox
        )
        if _carry_out(connection, numbering, sandbox, proposal, settled, now):
            deferred.told_by_another(connection, sandbox, settled, now)
        else:
            gone = Reason(SUBJECT_CHANGED, {"action": settled.action, "state": str(proposal.state)})
            answer_decisions(connection, sandbox, [DecisionAnswer(number, refused=True, reasons=(gone,))], now)


def _carry_out(
    connection: Connection,
    numbering: Numbering,
    sandbox: str,
    proposal: StoredDecision,
    settled: StoredDecision,
    now: int,
) -> bool:
    """Approve or decline a proposal; False: it does not wait any more."""
    state = DecisionState.FILED if settled.action == APPROVE else DecisionState.DECLINED
    if not proposals.settle(
        connection,
        sandbox,
        proposal.id,
        state,
        by=settled.by,
        role=settled.role,
        reason=settled.reason,
        now=now,
    ):
        return False
    told = {"sandbox": sandbox, "decision": proposal.id, "by": settled.by, "proposed_by": proposal.by}
    if settled.action != APPROVE:
        log.info("decision.withdrawn" if settled.action == WITHDRAW else "decision.declined", **told)
        return True
    key, made = subject_key(proposal), proposal
    decision = Decision(key, made.id, made.seen, made.action, made.reason, made.by, made.details)
    deliver(connection, numbering, sandbox, proposal.subject, decision)
    log.info("decision.approved", **told)
    return True


def _waiting(context: Context, sandbox: str, number: int, by: Person) -> StoredDecision:
    """A waiting proposal, after checks that the person may settle it, and nobody else holds its case or has settled
    it."""
    with reading(context.engine) as connection:
        proposal = demand_found(find_decision(connection, sandbox, number), number, sandbox)
        if not proposal.proposed:
            raise _not_waiting(proposal)
        if earlier := deferred.about(connection, sandbox, PROPOSAL, number):
            raise deferred.already_decided(earlier)
        if proposal.by != by.name:
            office = office_of(connection, sandbox, proposal.subject, subject_key(proposal), proposal.details)
            demand_free(connection, sandbox, (PROPOSAL, str(number)), by)
            rights.demand_second(by, proposal.subject, proposal.action, office, proposal.before)
    return proposal


def subject_key(proposal: StoredDecision) -> int | str:
    """The subject's key in deliveries: a code or an id; of a decision that makes a subject its own number, negative."""
    if proposal.subject in NAMED_BY_CODE and proposal.subject_id != str(-proposal.id):
        return proposal.subject_id
    return int(proposal.subject_id)
