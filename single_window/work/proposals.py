"""What a second person does with a proposed decision: approve it, which files it, or decline it."""

from __future__ import annotations

import structlog

from declarations.reasons import typed
from gateways.topics.shared import Decision
from single_window.accounts import rights
from single_window.accounts.people import OPERATOR, Person
from single_window.context import Context
from single_window.language import words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import proposals
from single_window.store.case_offices import office_of
from single_window.store.decisions import Decided, State, find_decision
from single_window.store.engine import reading, writing
from single_window.store.numbering import ROWS
from single_window.store.subjects import NAMED_BY_CODE
from single_window.work.decisions import NoSuchDecision, deliver

log = structlog.get_logger(__name__)


class NotWaiting(Refusal):
    """A proposal that was approved or declined already."""

    def __init__(self, found: Decided) -> None:
        by = Words(f"（{found.second}）", f" by {found.second}") if found.second else ""
        super().__init__("not_waiting", id=found.id, state=words.phrase("decision_outcome", found.state), by=by)


class OwnProposal(Refusal):
    """Somebody tried to approve what he proposed himself."""

    def __init__(self, found: Decided) -> None:
        super().__init__("own_proposal", by=found.by)


def approve(context: Context, sandbox: str, number: int, by: Person) -> Decided:
    """Approve a proposal: it is filed for its gateway, which refuses it where its subject has moved on since.

    Raises `NoSuchDecision`, `NotWaiting`, `OwnProposal`, or `rights.Lacking` for whoever may not approve it.
    """
    found = _waiting(context, sandbox, number, by)
    if found.by == by.name and by.role != OPERATOR.role:
        raise OwnProposal(found)
    context.numbering.ensure(ROWS, "row", 1)
    decision = Decision(_named(found), number, found.seen, found.action, found.reason, found.by, found.details)
    with writing(context.engine) as connection:
        if not proposals.settle(connection, sandbox, number, State.FILED, by.name, by.role, "", context.now(sandbox)):
            raise NotWaiting(_found(context, sandbox, number))
        deliver(connection, context, sandbox, found.subject, decision)
    context.wake()
    log.info("decision.approved", sandbox=sandbox, decision=number, by=by.name, proposed_by=found.by)
    return found


def decline(context: Context, sandbox: str, number: int, by: Person, reason: str = "") -> Decided:
    """Decline a proposal: nothing is done. Whoever proposed it may so withdraw it. Raises like `approve`."""
    found = _waiting(context, sandbox, number, by)
    with writing(context.engine) as connection:
        if not proposals.settle(
            connection, sandbox, number, State.DECLINED, by.name, by.role, typed(reason), context.now(sandbox)
        ):
            raise NotWaiting(_found(context, sandbox, number))
    context.wake()
    log.info("decision.declined", sandbox=sandbox, decision=number, by=by.name, proposed_by=found.by)
    return found


def _waiting(context: Context, sandbox: str, number: int, by: Person) -> Decided:
    """A proposal that waits, for somebody who may settle it."""
    found = _found(context, sandbox, number)
    if not found.proposed:
        raise NotWaiting(found)
    if found.by != by.name:
        with reading(context.engine) as connection:
            office = office_of(connection, sandbox, found.subject, _named(found))
        rights.demand_second(by, found.subject, found.action, office)
    return found


def _named(found: Decided) -> int | str:
    """The subject as deliveries name it."""
    return found.subject_id if found.subject in NAMED_BY_CODE else int(found.subject_id)


def _found(context: Context, sandbox: str, number: int) -> Decided:
    with reading(context.engine) as connection:
        found = find_decision(connection, sandbox, number)
    if found is None:
        raise NoSuchDecision(f"There is no decision {number} in sandbox {sandbox!r}.")
    return found
