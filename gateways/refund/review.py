"""Decides claims at the end of their review: approved and paid, or put in review by an officer.

An officer reviews a drawn share of each class, claims with returned goods, and claims that lack the required foreign
exchange. To approve a claim whose exchange is overdue, the officer must give a reason; the exchange then counts as
collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from declarations import automatic_officer, lifecycle
from declarations.money import AmountTooLarge, plain, scale
from declarations.parameters.tables.shape import Shares
from declarations.reasons import Reason
from declarations.refund import lanes
from declarations.refund.classes import must_prove_exchange
from declarations.risk import SIDES, draw
from gateways.decisions import Fresh
from gateways.refund import exchange as foreign_exchange
from gateways.refund import ledgers, paying
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.outcome import ACTION_REFUSED, KIND, note, step
from gateways.refund.repository import Claim, RefundDesk
from gateways.refund.standings import Item
from gateways.topics.refund import ReviewDue
from gateways.topics.shared import Decision

MAX_LINES_PER_BATCH = 40_000
"""Maximum number of claim lines reviewed in one batch; further claims go to the next."""
DRAWN, CAME_BACK, UNPROVED, REDUCED_TO = "20560", "20561", "20562", "20563"
APPROVED_LATE, DEEMED, NO_REASON, BACK_NO_REASON = "20566", "20567", "20568", "20569"
ACTIONS = {"approve": "approve", "reduce": "reduce", "refuse": "reject", "ask": "ask", "recover": "recover"}
"""Action of a decision → action of the lifecycle."""
WORDS = {"reduce": "20505", "refuse": "20501", "ask": "20503", "recover": "20507"}


def handle_due(due: Sequence[ReviewDue], desk: RefundDesk) -> None:
    """Handle claims whose review ends or whose automatic officer decides now."""
    claims = desk.repository.claims([deadline.claim_id for deadline in due])
    waiting = list(
        {
            claim.id: claim
            for claim, stage in _claims_of(due, claims)
            if claim.stage == stage and desk.now >= claim.due
        }.values()
    )
    reviewed, lines = list[Claim](), 0
    for claim in waiting:
        if claim.stage == "officer":
            _decide_automatically(claim, desk)
        elif claim.state == "accepted" and lines > MAX_LINES_PER_BATCH:
            desk.deadline(desk.now, ReviewDue(claim.id, "review"))
        elif claim.state == "accepted":
            reviewed.append(claim)
            lines += claim.lines
    _prefetch(reviewed, desk)
    for claim in reviewed:
        _review(claim, desk)


def _claims_of(due: Iterable[ReviewDue], claims: Mapping[int, Claim]) -> Iterator[tuple[Claim, str]]:
    """(claim, stage of the deadline) for each deadline whose claim exists."""
    return ((claims[deadline.claim_id], deadline.stage) for deadline in due if deadline.claim_id in claims)


def _prefetch(claims: Sequence[Claim], desk: RefundDesk) -> None:
    """Prefetch the rows for the reviews of these claims."""
    lines = desk.repository.lines([claim.id for claim in claims])
    items = items_of({line.item_no for of_claim in lines.values() for line in of_claim if line.part == EXPORT}, desk)
    desk.repository.pools({item.pool for item in items.values()})


def _review(claim: Claim, desk: RefundDesk) -> None:
    if claim.exchange not in ("", lanes.COLLECTED):
        claim.exchange = ledgers.prove(claim, desk.repository)
    reasons = list(_doubts(claim, desk))
    if reasons:
        start_review(claim, reasons, desk)
        desk.repository.put_claim(claim)
    else:
        approve(claim, "approve", (), desk)


def _doubts(claim: Claim, desk: RefundDesk) -> Sequence[Reason]:
    doubts = []
    lines = desk.repository.lines([claim.id])[claim.id]
    items = items_of({line.item_no for line in lines if line.part == EXPORT}, desk)
    if back := _came_back(items.values()):
        doubts.append(Reason(CAME_BACK, {"item": back[0], "count": str(len(back))}))
    if claim.exchange not in ("", lanes.COLLECTED):
        late = desk.day > date.fromisoformat(claim.exchange_due)
        if late or must_prove_exchange(claim.firm_class, desk.day, desk.law):
            doubts.append(Reason(UNPROVED, {"until": claim.exchange_due}, foreign_exchange.basis(claim, desk)))
    value = desk.in_force("refund.review_share")
    share = value.read(Shares)[str(claim.firm_class)]
    if draw(desk.seed, "refund review", f"{claim.key}|{claim.document_version}") < share * SIDES:
        doubts.append(Reason(DRAWN, {"class": str(claim.firm_class), "share": f"{share * 100:f}%"}, (value.id,)))
    return doubts


def start_review(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Put a claim in review, by a person or by the sandbox's automatic officer."""
    step(claim, "review", desk, reasons, Reason("20502", {}))
    claim.stage = "officer"
    choice = desk.choice(claim.key, claim.state, KIND)
    claim.due = desk.await_automatic_officer(choice, ReviewDue(claim.id, "officer")) or claim.due


def _choice(claim: Claim, desk: RefundDesk) -> automatic_officer.Choice | None:
    return desk.choice(claim.key, claim.state, KIND) if desk.options.automatic_officer else None


def _decide_automatically(claim: Claim, desk: RefundDesk) -> None:
    choice = _choice(claim, desk)
    if choice is None or not _may(claim, choice.action):
        return
    if choice.action == "approve" and _overdue(claim, desk):
        refuse(claim, [Reason(UNPROVED, {"until": claim.exchange_due}, foreign_exchange.basis(claim, desk))], desk)
    elif choice.action == "approve":
        approve(claim, "approve", (), desk)
    elif choice.action == "reject" and choice.reason is not None:
        refuse(claim, [choice.reason], desk)


def _may(claim: Claim, action: str) -> bool:
    return action in {transition.action for transition in lifecycle.allowed(claim.state, lifecycle.OFFICER, KIND)}


def approve(claim: Claim, action: str, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Approve (399) and pay (800)."""
    claim.decided_at = desk.now
    step(claim, action, desk, reasons)
    paying.pay(claim, desk)


def refuse(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Refuse an accepted claim and free its reservations."""
    ledgers.free([claim], desk)
    claim.reasons, claim.decided_at, claim.stage = tuple(reasons), desk.now, ""
    step(claim, "reject", desk, reasons)
    desk.repository.put_claim(claim)


def decide_claims(filed: Sequence[Decision], desk: RefundDesk) -> None:
    """Carry out tax officers' decisions; the value `amount` is the refund after a reduction.

    A decision is refused and noted if the claim has changed since it was seen, or if its state forbids the action.
    """
    fresh = Fresh()
    claims = desk.repository.claims([decision.subject_id for decision in filed])
    for decision in filed:
        claim = claims.get(decision.subject_id)
        if claim is None:
            desk.refuse(decision.id, [Reason("20564", {"action": decision.action, "who": decision.by, "state": ""})])
            continue
        refusal = _refusal(claim, decision, fresh) or _carry_out(claim, decision, desk)
        if refusal:
            note(claim, ACTION_REFUSED, desk, refusal)
            desk.refuse(decision.id, refusal)
        else:
            fresh.decided(decision)
            desk.carried_out(decision.id)


def _refusal(claim: Claim, decision: Decision, fresh: Fresh) -> Sequence[Reason]:
    """The reason to refuse a decision; empty if it may be carried out."""
    may = decision.action in ACTIONS and _may(claim, ACTIONS[decision.action]) and not _is_over(claim)
    if may and not fresh.refusal(decision, claim.version, claim.state):
        return ()
    return (Reason("20564", {"action": decision.action, "who": decision.by, "state": claim.state}),)


def _is_over(claim: Claim) -> bool:
    """True if a claim is settled and has no amount that could be recovered."""
    return claim.state == "settled" and not (paying.unrecovered_amount(claim) or claim.credited)


def _carry_out(claim: Claim, decision: Decision, desk: RefundDesk) -> Sequence[Reason]:
    """Carry out a decision; return the reasons if it fails."""
    action = decision.action
    answer = Reason(WORDS.get(action, "20504"), {"reason": decision.reason, "who": decision.by})
    if action == "approve":
        return _approve(claim, decision, desk)
    elif action == "reduce":
        return _reduce(claim, answer, decision.values.get("amount", ""), desk)
    elif action == "refuse":
        refuse(claim, [answer], desk)
    elif action == "ask":
        claim.stage = "answer"
        step(claim, "ask", desk, [answer])
        desk.repository.put_claim(claim)
    elif action == "recover":
        paying.recover(claim, [answer], desk)
    return ()


def _approve(claim: Claim, decision: Decision, desk: RefundDesk) -> Sequence[Reason]:
    """Approve a claim. If goods came back or its exchange is overdue, the officer's reason is required; return the
    refusal if it is missing."""
    lines = desk.repository.lines([claim.id])[claim.id]
    back = _came_back(items_of({line.item_no for line in lines if line.part == EXPORT}, desk).values())
    late = _overdue(claim, desk)
    if not (back or late):
        approve(claim, "approve", (), desk)
    elif decision.reason:
        answer = Reason(APPROVED_LATE, {"reason": decision.reason, "who": decision.by})
        approve(claim, "approve", [answer, *([_deemed(claim, desk)] if late else [])], desk)
    elif late:
        return (Reason(NO_REASON, {"until": claim.exchange_due}, foreign_exchange.basis(claim, desk)),)
    else:
        return (Reason(BACK_NO_REASON, {"item": back[0], "count": str(len(back))}),)
    return ()


def _came_back(items: Iterable[Item]) -> list[str]:
    """Numbers of the items of which more is claimed than stayed abroad."""
    return sorted(item.item_no for item in items if item.used + item.returned > item.qty)


def _overdue(claim: Claim, desk: RefundDesk) -> bool:
    """True if a claim's exchange is overdue, also after a new query."""
    return (
        foreign_exchange.overdue(claim.exchange, claim.exchange_due, desk.day)
        and foreign_exchange.update(claim, desk) != lanes.COLLECTED
    )


def _deemed(claim: Claim, desk: RefundDesk) -> Reason:
    """Let the exchange of a claim count as collected."""
    claim.exchange = lanes.DEEMED
    return Reason(DEEMED, {"until": claim.exchange_due}, foreign_exchange.basis(claim, desk))


def _reduce(claim: Claim, answer: Reason, amount: str, desk: RefundDesk) -> Sequence[Reason]:
    """Reduce the refund, and those of the lines in proportion, and approve; return the reasons if `amount` is
    invalid."""
    try:
        left = scale(amount)
    except (ArithmeticError, ValueError, AmountTooLarge):
        left = -1
    if not 0 <= left < claim.refund or left % 1_000:
        return (Reason("20565", {"found": amount[:40]}),)
    ledgers.scale_down(claim, left, desk.repository)
    reduced = Reason(REDUCED_TO, {"before": plain(claim.refund), "after": plain(left)})
    claim.refund = left
    late = [_deemed(claim, desk)] if _overdue(claim, desk) else []
    approve(claim, "reduce", [answer, reduced, *late], desk)
    return ()
