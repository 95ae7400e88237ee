"""A second officer's decision about another's proposal: he approves it, which files it, or declines it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from single_window.accounts import rights
from single_window.accounts.people import OPERATOR, Person
from single_window.context import Context
from single_window.frame.decision_kinds import Act, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import demand_found, row_id
from single_window.store.decisions import StoredDecision, find_decision
from single_window.store.subjects import PROPOSAL, office_of
from single_window.work import proposals
from single_window.work.proposals import APPROVE, DECLINE


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    proposal = demand_found(find_decision(connection, sandbox, row_id(number, sandbox)), number, sandbox)
    state = phrases.phrase("decision_outcome", proposal.state)
    return Subject(PROPOSAL, proposal.id, str(proposal.id), proposal.state, state, 0, proposal)


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    # whether it waits still is checked where it is settled, which says by whom it was
    return [Act(action, phrases.phrase("label", f"{action}_proposal")) for action in (APPROVE, DECLINE)]


def may_approve(proposal: StoredDecision, who: Person, office: str = "") -> bool:
    """True if a person may approve a proposal; nobody may approve his own, but the operator."""
    is_own = proposal.by == who.name and who.role != OPERATOR.role
    return not is_own and rights.may_approve(who, proposal.subject, proposal.action, office, proposal.before)


def _may(connection: Connection, sandbox: str, subject: Subject, action: str, who: Person) -> bool:
    """A person approves or declines what another has proposed, and declines what he has proposed himself."""
    proposal: StoredDecision = subject.record
    if not proposal.proposed:
        return False
    office = office_of(connection, sandbox, proposal.subject, proposals.subject_key(proposal), proposal.details)
    return may_approve(proposal, who, office) or (action == DECLINE and proposal.by == who.name)


def _settle(
    context: Context, sandbox: str, subject: Subject, requested: Requested, who: Person, not_before: int
) -> int:
    if requested.action == APPROVE:
        return proposals.approve(context, sandbox, int(subject.id), who, not_before=not_before)
    return proposals.decline(context, sandbox, int(subject.id), who, requested.reason, not_before=not_before)


PROPOSAL_DECISION = DecisionKind(
    subject=PROPOSAL,
    noun=Words("复核", "proposal"),
    find=_find,
    by_id=_find,
    acts=_acts,
    settle=_settle,
    may=_may,
    bulk=(APPROVE, DECLINE),
)
