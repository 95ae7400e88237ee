"""A tax officer's decision about a claim; the refund desk carries it out when it handles the delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.lifecycle import OFFICER, allowed_transitions
from declarations.money import SCALE, AmountTooLarge, amount_text, scaled_from_text
from gateways.decisions import SubjectKind as Subjects
from gateways.refund.exchange import is_exchange_overdue
from single_window.cases.refunds.queries import find_claim, returned_items
from single_window.frame.decision_kinds import NOTHING, REASON, Act, DecisionKind, Requested, Singly, Subject, act_of
from single_window.language import phrases
from single_window.language.phrases import state as state_words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store import sandboxes
from single_window.store.case_queue import QueuedCase

FEN = SCALE // 100
KIND = "refund_claim"
ACTIONS = {
    "approve": "approve",
    "reduce": "reduce",
    "refuse": "reject",
    "ask": "ask",
    "remind": "remind",
    "withdraw": "withdraw",
    "recover": "recover",
}
"""Officer's action -> lifecycle step of a claim."""


def acts(state: str, why: Words | None = None) -> Sequence[Act]:
    """The acts of an officer that are possible in a state of a claim. `why`: why an approval needs a reason, if it
    does."""
    steps = {step.action: step for step in allowed_transitions(state, OFFICER, KIND)}
    possible = [act_of(steps[step], action) for action, step in ACTIONS.items() if step in steps]
    return [_needing(act, why) for act in possible]


def _needing(act: Act, why: Words | None) -> Act:
    if act.action == "reduce":
        act = act._replace(needs=(*act.needs, "amount"))
    if act.action == "approve" and why is not None:
        act = act._replace(needs=(*dict.fromkeys((*act.needs, REASON)),), why=why)
    return act


def doubt(claim: Any, today: date, back: bool) -> Words | None:
    """Why a claim is not approved without a reason: its exchange is short after its term, or goods of it came back."""
    if is_exchange_overdue(claim.exchange, claim.exchange_due, today):
        return Words(
            f"收汇期限{claim.exchange_due}已过而未收齐",
            f"the exchange was due by {claim.exchange_due} and is not all there",
        )
    return Words("申报的货物已退回", "goods of the claim came back") if back else None


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    claim = demand_found(find_claim(connection, sandbox, number), number, sandbox)
    return Subject(
        Subjects.REFUND_CLAIM, claim.id, claim.cop_no, claim.state, state_words(claim.state, KIND), claim.version, claim
    )


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    today = day_of(sandboxes.find(connection, sandbox).clock.now())
    back = returned_items(connection, sandbox, subject.record.id)
    return acts(subject.state, doubt(subject.record, today, back))


def _approved_singly(connection: Connection, sandbox: str, cases: Sequence[QueuedCase]) -> Singly:
    """The claims among these cases that are approved only with a reason of their own."""
    by_id = {case.subject_id: case for case in cases}
    today = day_of(sandboxes.find(connection, sandbox).clock.now())
    claims = [_find(connection, sandbox, number).record for number in by_id]
    doubts = [(claim, doubt(claim, today, returned_items(connection, sandbox, claim.id))) for claim in claims]
    alone = phrases.phrase("label", "reasoned_alone")
    return {str(claim.id): {"approve": alone.filled(why=why)} for claim, why in doubts if why is not None}


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The refund in yuan that a reduction leaves."""
    amount, refund = str(requested.values.get("amount", "")).strip(), subject.record.refund
    if requested.action != "reduce":
        if amount:
            raise Refusal("amount_not_wanted", action=requested.action)
        return NOTHING
    try:
        left = scaled_from_text(amount)
    except (ArithmeticError, ValueError, AmountTooLarge):
        raise Refusal("amount_needed", amount=amount[:40]) from None
    if not 0 < left < refund or left % FEN:
        raise Refusal("amount_out_of_bounds", amount=amount[:40], refund=amount_text(refund))
    return {"amount": amount}


CLAIM_DECISION = DecisionKind(
    subject=Subjects.REFUND_CLAIM,
    noun=Words("退（免）税申报", "refund claim"),
    find=_find,
    by_id=_find,
    acts=_acts,
    values=_values,
    takes=("amount",),
    steps=ACTIONS,
    bulk=("approve", "refuse", "ask"),
    singly=_approved_singly,
)
