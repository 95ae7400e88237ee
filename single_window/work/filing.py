"""Files a person's decision with its delivery, and waits for the answer.

The gateway that carries out the decision writes the answer under the decision's id, in the commit of its own work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import structlog
from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.money import scaled_from_text, scaled_of
from declarations.reasons import clean_typed_text
from gateways.decisions import SubjectKind, decision_route
from gateways.topics.shared import Decision
from single_window.accounts import rights
from single_window.accounts.people import OPERATOR, PARTICIPANT, Person
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.language import phrases
from single_window.language.plainly import moment
from single_window.language.refusal import Refusal
from single_window.receipts.changes import Changes
from single_window.refused import demand_found
from single_window.store import case_queue, creation_keys, deferred, proposals, sandboxes
from single_window.store.case_queue import Key
from single_window.store.decisions import DecisionState, StoredDecision, file_decision, find_decision
from single_window.store.desks import NEVER
from single_window.store.engine import reading, writing
from single_window.store.gateway_results import write_sends
from single_window.store.law_books import law_of
from single_window.store.numbering import ROWS, Numbering
from single_window.store.subjects import (
    GUARANTEE,
    NEW,
    PARAMETER,
    QUALITY_CHECK,
    RISK_PROFILE,
    makes_subject,
    office_of,
    reason_codes,
    stake,
    states,
)
from single_window.work import guarantee_changes, parameter_changes, profile_changes, quality_checking

__all__ = ["NEW", "PATIENCE_SECONDS", "DecisionState", "StoredDecision", "SubjectKind", "file", "outcome", "wait"]

log = structlog.get_logger(__name__)
PATIENCE_SECONDS = 5.0
"""Time for which a page or an HTTP request waits for the answer to a decision."""
RAISED = "raised"
"""The value of a decision that is the amount at stake: by how much it raises a dutiable value."""
KEPT_VALUE = 1_000
"""Characters of a value that is stored with a decision; longer values (lists of numbers) are only in its delivery."""

_BY_THE_STORE: Mapping[str, Callable[[Connection, str, Decision], None]] = {
    PARAMETER: parameter_changes.carry_out,
    GUARANTEE: guarantee_changes.carry_out,
    RISK_PROFILE: profile_changes.carry_out,
    QUALITY_CHECK: quality_checking.carry_out,
}
"""Subjects of no gateway: their decisions are carried out in the commit that files them."""


def demand_free(connection: Connection, sandbox: str, key: Key, by: Person) -> None:
    """Raise `Refusal` if another officer holds the case. The operator of the machine, and a company that decides about
    its own batches and bills, are not refused."""
    if by.role in {OPERATOR.role, PARTICIPANT}:
        return
    if case := case_queue.held_by_another(connection, sandbox, key, by.name, system_now()):
        raise held_by_another(case)


def held_by_another(case: case_queue.QueuedCase) -> Refusal:
    """The refusal of what concerns a case that another officer holds; it names him, and until when, if that is known:
    the hour, or the day to which he has put it off."""
    if case.lease_until == NEVER and not case.put_off_until:
        return Refusal("held_for_good", number=case.number.rpartition("|")[2], by=case.assignee)
    put_off = case.lease_until == NEVER
    text = moment(case.put_off_until)[:10] if put_off else moment(case.lease_until)[11:16]
    until = phrases.phrase("label", "held_until_day" if put_off else "held_until_hour").filled(until=text)
    return Refusal("held_by_another", number=case.number.rpartition("|")[2], by=case.assignee, until=until)


def file(
    context: Context,
    sandbox: str,
    subject: str,
    subject_id: int | str,
    action: str,
    *,
    by: Person,
    seen: int = 0,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
    key: str = "",
    not_before: int = 0,
) -> int:
    """File a decision and its delivery in one commit, and return its id. `seen`: the version of the subject that the
    person saw; 0: any. `subject_id` is `NEW` if it makes a subject, and `key` the client's name for such a request.
    `not_before`: the machine's instant at which it is sent, until which its author can take it back; 0: at once.

    A decision that needs a second person is stored as a proposal; its delivery is filed on approval (`work.proposals`).
    Raises `rights.Lacking` if the person may not take this action at the subject's office, and `Refusal` if a proposal
    about the subject is open, a decision about it can still be taken back, another officer holds its case, or the
    action needs a reason; `creation_keys.KeyTaken` if a concurrent request has used the key."""
    office, case = _permitted(context, sandbox, subject, subject_id, action, by, values or {})
    if not clean_typed_text(reason) and rights.reason_needed(subject, action, case):
        raise Refusal("reason_needed", action=action)
    second = rights.second(by, subject, action, case)
    decision = _decision(context, subject_id, action, bool(second), seen, reason, by=by, values=values or {})
    filed = _record(subject, decision, context.now(sandbox), bool(second), by.role, case.state)
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        if key:
            creation_keys.keep(connection, sandbox, subject, key, decision.id)
        if second:  # it is delivered from its row once it is approved
            whole = filed._replace(details=decision.values)
            proposals.propose(connection, sandbox, whole, second.right, office)
        else:
            _send(context, connection, sandbox, filed, decision, not_before)
    context.wake()
    _log(sandbox, subject, decision, filed.state)
    return decision.id


def _send(
    context: Context, connection: Connection, sandbox: str, filed: StoredDecision, decision: Decision, not_before: int
) -> None:
    """Store a decision with its delivery, at once or, if it can wait, at the instant `not_before`."""
    if not_before and _is_deferrable(filed.subject, decision.subject_id):
        sent = deliver(connection, context.numbering, sandbox, filed.subject, decision, not_before)
        deferred.defer(connection, sandbox, filed._replace(delivery_id=sent, not_before=not_before))
    else:
        file_decision(connection, sandbox, filed)
        deliver(connection, context.numbering, sandbox, filed.subject, decision)


def _decision(
    context: Context,
    subject_id: int | str,
    action: str,
    proposed: bool,
    seen: int,
    reason: str,
    by: Person,
    values: Mapping[str, Any],
) -> Decision:
    """The decision with a number of its own, which a proposal to make a subject has, negative, as its subject's."""
    number = context.numbering.next_number(ROWS, "row")
    return Decision(
        id=number,
        subject_id=-number if proposed and subject_id == NEW else subject_id,
        seen=seen,
        action=action,
        reason=clean_typed_text(reason),
        by=clean_typed_text(by.name),
        values=dict(values),
    )


def end_of_undo(context: Context) -> int:
    """The machine's instant until which what is decided on a page now can be taken back; 0: it cannot."""
    seconds = context.settings.undo_seconds
    return system_now() + 1_000 * seconds if seconds else 0


def _is_deferrable(subject: str, subject_id: int | str) -> bool:
    """True unless a decision makes a subject, whose page is shown at once, or is carried out without a delivery."""
    return subject not in _BY_THE_STORE and not makes_subject(subject_id)


def _permitted(
    context: Context,
    sandbox: str,
    subject: str,
    subject_id: int | str,
    action: str,
    by: Person,
    values: Mapping[str, Any],
) -> tuple[str, rights.CaseFacts]:
    """The office of a subject, and the facts by which rights are decided; raises what `file` does of the person and of
    the case as it is."""
    with reading(context.engine) as connection:
        office = office_of(connection, sandbox, subject, subject_id, values)
        state = states(connection, sandbox, subject, [str(subject_id)]).get(str(subject_id), "")
        rights.demand_act(by, subject, action, office, state)
        case = _case(connection, sandbox, subject, subject_id, state, by)
        dated = rights.dated_amounts(subject, action)
        return office, _at_stake(connection, sandbox, case, dated, values, context.now(sandbox))


def _case(
    connection: Connection, sandbox: str, subject: str, subject_id: int | str, state: str, by: Person
) -> rights.CaseFacts:
    """The facts by which rights are decided; raises `Refusal` if a proposal is open, a decision can still be taken
    back, or another officer holds the case."""
    if earlier := deferred.about(connection, sandbox, subject, subject_id):
        raise deferred.already_decided(earlier)
    if proposal := proposals.about(connection, sandbox, subject, subject_id):
        raise proposals.already_proposed(proposal)
    demand_free(connection, sandbox, (str(subject), str(subject_id)), by)
    return rights.CaseFacts(
        state,
        stake(connection, sandbox, subject, subject_id),
        reason_codes(connection, sandbox, subject, subject_id),
    )


def _at_stake(
    connection: Connection,
    sandbox: str,
    case: rights.CaseFacts,
    names: Collection[str],
    values: Mapping[str, Any],
    now: int,
) -> rights.CaseFacts:
    """The facts with the amount that a decision is about by itself (`raised`), and the dated amounts of these names."""
    if not names:
        return case
    law, day = law_of(connection, sandbox), day_of(now)
    dated = {name: scaled_of(law.on(name, day).amount) for name in names}
    return case._replace(stake=scaled_from_text(str(values.get(RAISED, "0"))), dated=dated)


def _record(subject: str, decision: Decision, now: int, proposed: bool, role: str, before: str) -> StoredDecision:
    """The decision to store, without long values."""
    return StoredDecision(
        id=decision.id,
        subject=subject,
        subject_id=str(decision.subject_id),
        seen=decision.seen,
        action=decision.action,
        reason=decision.reason,
        by=decision.by,
        details=kept_values(decision.values),
        at=now,
        state=DecisionState.PROPOSED if proposed else DecisionState.FILED,
        answer=(),
        answered_at=0,
        role=role,
        before=before,
    )


def kept_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are stored with a decision."""
    return {name: value for name, value in values.items() if len(str(value)) <= KEPT_VALUE}


def _log(sandbox: str, subject: str, decision: Decision, state: DecisionState) -> None:
    log.info(
        "decision.proposed" if state is DecisionState.PROPOSED else "decision.filed",
        sandbox=sandbox,
        decision=decision.id,
        subject=str(subject),
        subject_id=decision.subject_id,
        action=decision.action,
        by=decision.by,
    )


def deliver(
    connection: Connection, numbering: Numbering, sandbox: str, subject: str, decision: Decision, not_before: int = 0
) -> int:
    """Write the delivery of a decision for the gateway of its subject, in the transaction that files the decision, and
    return its id. A decision about a subject of no gateway is carried out and answered instead.

    `not_before`: the machine's instant before which it is not handled."""
    if carry_out := _BY_THE_STORE.get(subject):
        carry_out(connection, sandbox, decision)
        return 0
    if makes_subject(decision.subject_id):
        decision = decision._replace(subject_id=NEW)
    sends = {decision_route(subject): [decision]}
    return write_sends(connection, numbering, sandbox, sends, system_now(), not_before)[0]


def outcome(context: Context, sandbox: str, decision_id: int) -> StoredDecision:
    """The decision with its current state; raises `NotFound`."""
    with reading(context.engine) as connection:
        return demand_found(find_decision(connection, sandbox, decision_id), decision_id, sandbox)


def wait(
    context: Context, sandbox: str, decision_id: int, changes: Changes | None, seconds: float = PATIENCE_SECONDS
) -> StoredDecision:
    """Wait up to `seconds` until a decision is answered, woken by `changes`; return it with its current state."""
    until = monotonic() + seconds
    while True:
        generation = changes.generation if changes is not None else 0
        decision = outcome(context, sandbox, decision_id)
        left = until - monotonic()
        if not decision.waiting or left <= 0 or changes is None or changes.closing:
            return decision
        changes.wait_for_change(generation, left)
