"""A second officer's decision about another's proposal: he approves it, which files it, or declines it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from single_window.accounts.people import Person
from single_window.context import Context
from single_window.frame.decision_kinds import Act, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import demand_found, row_id
from single_window.store.decisions import find_decision
from single_window.store.subjects import PROPOSAL
from single_window.work import proposals

APPROVE, DECLINE = "approve", "decline"


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    proposal = demand_found(find_decision(connection, sandbox, row_id(number, sandbox)), number, sandbox)
    state = phrases.phrase("decision_outcome", proposal.state)
    return Subject(PROPOSAL, proposal.id, str(proposal.id), proposal.state, state, 0, proposal)


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    # whether it waits still is checked where it is settled, which says by whom it was
    return [Act(action, phrases.phrase("label", f"{action}_proposal")) for action in (APPROVE, DECLINE)]


def _settle(context: Context, sandbox: str, subject: Subject, requested: Requested, who: Person) -> int:
    if requested.action == APPROVE:
        return proposals.approve(context, sandbox, int(subject.id), who).id
    return proposals.decline(context, sandbox, int(subject.id), who, requested.reason).id


PROPOSAL_DECISION = DecisionKind(
    subject=PROPOSAL,
    noun=Words("复核", "proposal"),
    find=_find,
    by_id=_find,
    acts=_acts,
    settle=_settle,
    bulk=("approve", "decline"),
)
