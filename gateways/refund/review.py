"""Decides claims at the end of their review: approved and paid, or put in review by an officer.

An officer reviews a drawn share of each class, claims with returned goods, and claims that lack the required foreign
exchange. To approve a claim whose exchange is overdue, the officer must give a reason; the exchange then counts as
collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from declarations import lifecycle
from declarations.money import AmountTooLarge, Scaled, amount_text, scaled_from_text
from declarations.parameters.tables.shape import Shares
from declarations.reasons import Reason
from declarations.refund import treatment_facts
from declarations.refund.classes import must_prove_exchange
from declarations.refund.repayment import amount_to_repay
from declarations.refusals import label_of_action
from declarations.risk import DRAW_RANGE, draw_number
from gateways.decisions import ChangeCheck
from gateways.refund import exchange as foreign_exchange
from gateways.refund import ledgers, paying
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.outcome import ACTION_REFUSED, CLAIM_KIND, add_event, apply_step, state_values
from gateways.refund.papers import ClaimLine
from gateways.refund.repository import Claim, RefundDesk
from gateways.refund.standings import Item
from gateways.topics.refund import ReviewDue
from gateways.topics.shared import Decision

MAX_LINES_PER_BATCH = 40_000
"""Maximum number of claim lines reviewed in one batch; further claims go to the next."""
ALL_BACK = "20561.all"
DRAWN, CAME_BACK, UNPROVED, REDUCED_TO = "20560", "20561", "20562", "20563"
APPROVED_REASONED, DEEMED, NO_REASON, RETURNED_WITHOUT_REASON = "20566", "20567", "20568", "20569"
LIFECYCLE_ACTIONS = {
    "approve": "approve",
    "reduce": "reduce",
    "refuse": "reject",
    "ask": "ask",
    "remind": "remind",
    "withdraw": "withdraw",
    "recover": "recover",
}
"""Action of a decision → action of the lifecycle."""
TEXT_OF_ACTION = {"reduce": "20505", "refuse": "20501", "ask": "20503", "remind": "20503", "recover": "20507"}


def handle_due(deadlines: Sequence[ReviewDue], desk: RefundDesk) -> None:
    """Handle claims whose review ends or whose automatic officer decides now."""
    claims = desk.repository.claims([deadline.claim_id for deadline in deadlines])
    waiting = list(
        {
            claim.id: claim
            for claim, stage in _claims_of(deadlines, claims)
            if claim.stage == stage and desk.now >= claim.due
        }.values()
    )
    reviewed, lines = list[Claim](), 0
    for claim in waiting:
        if claim.stage == "officer":
            _decide_automatically(claim, desk)
        elif claim.state == "accepted" and lines > MAX_LINES_PER_BATCH:
            desk.schedule(desk.now, ReviewDue(claim.id, "review"))
        elif claim.state == "accepted":
            reviewed.append(claim)
            lines += claim.lines
    _prefetch(reviewed, desk)
    for claim in reviewed:
        _review_claim(claim, desk)


def _claims_of(deadlines: Iterable[ReviewDue], claims: Mapping[int, Claim]) -> Iterator[tuple[Claim, str]]:
    """(claim, stage of the deadline) for each deadline whose claim exists."""
    return ((claims[deadline.claim_id], deadline.stage) for deadline in deadlines if deadline.claim_id in claims)


def _prefetch(claims: Sequence[Claim], desk: RefundDesk) -> None:
    """Prefetch the rows for the reviews of these claims."""
    lines = desk.repository.lines([claim.id for claim in claims])
    items = items_of(
        {line.item_no for claim_lines in lines.values() for line in claim_lines if line.part == EXPORT}, desk
    )
    # read here once, so that each review finds them in memory
    desk.repository.pools({item.pool for item in items.values()})


def _review_claim(claim: Claim, desk: RefundDesk) -> None:
    if claim.exchange not in ("", treatment_facts.COLLECTED):
        claim.exchange = ledgers.reserve_exchange(claim, desk.repository)
    reasons = list(_find_doubts(claim, desk))
    if reasons:
        start_review(claim, reasons, desk)
        desk.repository.put_claim(claim)
    else:
        approve_claim(claim, "approve", (), desk)


def _lacks_exchange(claim: Claim, desk: RefundDesk) -> bool:
    if claim.exchange in ("", treatment_facts.COLLECTED):
        return False
    is_late = desk.day > date.fromisoformat(claim.exchange_due)
    return is_late or must_prove_exchange(claim.firm_class, desk.day, desk.law)


def _law_of(desk: RefundDesk) -> tuple[str, ...]:
    """The id of the base document that a refund is given by: for what was exported and stayed abroad."""
    return (desk.law.on("refund.law", desk.day).id,)


def _find_doubts(claim: Claim, desk: RefundDesk) -> Sequence[Reason]:
    doubts = []
    lines = desk.repository.lines([claim.id])[claim.id]
    items = items_of({line.item_no for line in lines if line.part == EXPORT}, desk)
    if overused_items := _overused_items(items.values()):
        less = sum(_share_that_came_back(line, items[line.item_no]) for line in lines if line.part == EXPORT)
        values = {"item": overused_items[0], "count": str(len(overused_items)), "less": amount_text(less)}
        whole = all(_beyond(items[line.item_no]) >= line.taken for line in lines if line.part == EXPORT)
        values["refund"] = amount_text(claim.refund)
        doubts.append(Reason(ALL_BACK if whole else CAME_BACK, values, _law_of(desk)))
    if _lacks_exchange(claim, desk):
        doubts.append(Reason(UNPROVED, {"until": claim.exchange_due}, foreign_exchange.ids_of_deadline(claim, desk)))
    value = desk.value_today("refund.review_share")
    share = value.table_as(Shares)[str(claim.firm_class)]
    if draw_number(desk.seed, "refund review", f"{claim.key}|{claim.document_version}") < share * DRAW_RANGE:
        doubts.append(Reason(DRAWN, {"class": str(claim.firm_class), "share": f"{share * 100:f}%"}, (value.id,)))
    return doubts


def start_review(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Put a claim in review, by a person or by the sandbox's automatic officer."""
    apply_step(claim, "review", desk, reasons, Reason("20502", {}))
    claim.stage = "officer"
    choice = desk.choose_automatically(claim.key, claim.state, CLAIM_KIND)
    claim.due = desk.await_automatic_officer(choice, ReviewDue(claim.id, "officer")) or claim.due


def _decide_automatically(claim: Claim, desk: RefundDesk) -> None:
    choice = desk.choose_automatically(claim.key, claim.state, CLAIM_KIND) if desk.options.automatic_officer else None
    if choice is None or not _officer_may(claim, choice.action):
        return
    if choice.action == "approve" and _is_exchange_overdue(claim, desk):
        refuse_claim(
            claim,
            [Reason(UNPROVED, {"until": claim.exchange_due}, foreign_exchange.ids_of_deadline(claim, desk))],
            desk,
        )
    elif choice.action == "approve":
        approve_claim(claim, "approve", (), desk)
    elif choice.action == "reject" and choice.reason is not None:
        refuse_claim(claim, [choice.reason], desk)


def _officer_may(claim: Claim, action: str) -> bool:
    return action in {
        transition.action for transition in lifecycle.allowed_transitions(claim.state, lifecycle.OFFICER, CLAIM_KIND)
    }


def approve_claim(claim: Claim, action: str, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Approve (399) and pay (800)."""
    claim.decided_at = desk.now
    apply_step(claim, action, desk, reasons)
    paying.pay_claim(claim, desk)


def refuse_claim(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Refuse an accepted claim and free its reservations."""
    ledgers.free_claims([claim], desk)
    claim.reasons, claim.decided_at, claim.stage = tuple(reasons), desk.now, ""
    apply_step(claim, "reject", desk, reasons)
    desk.repository.put_claim(claim)


def decide_claims(decisions: Sequence[Decision], desk: RefundDesk) -> None:
    """Carry out tax officers' decisions; the value `amount` is the refund after a reduction.

    A decision is refused and noted if the claim has changed since it was seen, or if its state forbids the action.
    """
    change_check = ChangeCheck()
    claims = desk.repository.claims([decision.subject_id for decision in decisions])
    for decision in decisions:
        claim = claims.get(decision.subject_id)
        if claim is None:
            desk.answer_refused(decision.id, [Reason("20564", _refusal_values(decision, None))])
            continue
        refusal = _check_decision(claim, decision, change_check) or _carry_out(claim, decision, desk)
        if refusal:
            add_event(claim, ACTION_REFUSED, desk, refusal)
            desk.answer_refused(decision.id, refusal)
        else:
            change_check.remember_change(decision)
            desk.answer_done(decision.id)


def _refusal_values(decision: Decision, claim: Claim | None) -> dict[str, str]:
    action_zh = label_of_action(decision.action, CLAIM_KIND)
    return {"action": decision.action, "action_zh": action_zh, "who": decision.by, **state_values(claim)}


def _check_decision(claim: Claim, decision: Decision, fresh: ChangeCheck) -> Sequence[Reason]:
    """The reason to refuse a decision; empty if it may be carried out."""
    is_possible = (
        decision.action in LIFECYCLE_ACTIONS
        and _officer_may(claim, LIFECYCLE_ACTIONS[decision.action])
        and not _is_over(claim)
    )
    if is_possible:
        return fresh.refuse_if_changed(decision, claim.version, claim.state)
    return (Reason("20564", _refusal_values(decision, claim)),)


def _is_over(claim: Claim) -> bool:
    """True if a claim is settled and has no amount that could be recovered."""
    return claim.state == "settled" and not (paying.unrecovered_amount(claim) or claim.credited)


def _ask(claim: Claim, action: str, question: Reason, desk: RefundDesk) -> None:
    claim.stage = "answer"
    apply_step(claim, action, desk, [question])
    desk.repository.put_claim(claim)


def _withdraw_question(claim: Claim, desk: RefundDesk) -> None:
    claim.stage = "officer"
    apply_step(claim, "withdraw", desk)
    desk.repository.put_claim(claim)


def _carry_out(claim: Claim, decision: Decision, desk: RefundDesk) -> Sequence[Reason]:
    """Carry out a decision; return the reasons if it fails."""
    action = decision.action
    answer = Reason(TEXT_OF_ACTION.get(action, "20504"), {"reason": decision.reason, "who": decision.by})
    if action == "approve":
        return _approve_by_decision(claim, decision, desk)
    elif action == "reduce":
        return _reduce_by_decision(claim, answer, decision.values.get("amount", ""), desk)
    elif action == "refuse":
        refuse_claim(claim, [answer], desk)
    elif action in {"ask", "remind"}:
        _ask(claim, action, answer, desk)
    elif action == "withdraw":
        _withdraw_question(claim, desk)
    elif action == "recover":
        paying.recover_claim(claim, [answer], desk)
    return ()


def _approve_by_decision(claim: Claim, decision: Decision, desk: RefundDesk) -> Sequence[Reason]:
    """Approve a claim. If goods came back or its exchange is overdue, the officer's reason is required; return the
    refusal if it is missing."""
    lines = desk.repository.lines([claim.id])[claim.id]
    overused_items = _overused_items(items_of({line.item_no for line in lines if line.part == EXPORT}, desk).values())
    is_late = _is_exchange_overdue(claim, desk)
    if not decision.reason and is_late:
        return (Reason(NO_REASON, {"until": claim.exchange_due}, foreign_exchange.ids_of_deadline(claim, desk)),)
    if not decision.reason and overused_items:
        return (Reason(RETURNED_WITHOUT_REASON, {"item": overused_items[0], "count": str(len(overused_items))}),)
    given = [Reason(APPROVED_REASONED, {"reason": decision.reason, "who": decision.by})] if decision.reason else []
    approve_claim(claim, "approve", [*given, *([_count_as_collected(claim, desk)] if is_late else [])], desk)
    return ()


def _overused_items(items: Iterable[Item]) -> list[str]:
    """Numbers of the items of which more is claimed than stayed abroad."""
    return sorted(item.item_no for item in items if item.used + item.returned > item.qty)


def _share_that_came_back(line: ClaimLine, item: Item) -> Scaled:
    """The refund of a line of exports for what came back of its item, at most the line's own quantity."""
    return amount_to_repay(line.refund, line.taken, min(_beyond(item), line.taken), 0)


def _beyond(item: Item) -> Scaled:
    """How much more of an item is claimed than stayed abroad."""
    return max(0, item.used + item.returned - item.qty)


def _is_exchange_overdue(claim: Claim, desk: RefundDesk) -> bool:
    """True if a claim's exchange is overdue, also after a new query."""
    return (
        foreign_exchange.is_exchange_overdue(claim.exchange, claim.exchange_due, desk.day)
        and foreign_exchange.try_to_prove(claim, desk) != treatment_facts.COLLECTED
    )


def _count_as_collected(claim: Claim, desk: RefundDesk) -> Reason:
    """Let the exchange of a claim count as collected."""
    claim.exchange = treatment_facts.DEEMED
    return Reason(DEEMED, {"until": claim.exchange_due}, foreign_exchange.ids_of_deadline(claim, desk))


def _reduce_by_decision(claim: Claim, answer: Reason, amount: str, desk: RefundDesk) -> Sequence[Reason]:
    """Reduce the refund, and those of the lines in proportion, and approve; return the reasons if `amount` is
    invalid."""
    try:
        reduced_refund = scaled_from_text(amount)
    except (ArithmeticError, ValueError, AmountTooLarge):
        reduced_refund = -1
    if not 0 <= reduced_refund < claim.refund or reduced_refund % 1_000:
        return (Reason("20565", {"found": amount[:40]}),)
    ledgers.divide_reduced_refund(claim, reduced_refund, desk.repository)
    reduction = Reason(REDUCED_TO, {"before": amount_text(claim.refund), "after": amount_text(reduced_refund)})
    claim.refund = reduced_refund
    exchange_reasons = [_count_as_collected(claim, desk)] if _is_exchange_overdue(claim, desk) else []
    approve_claim(claim, "reduce", [answer, reduction, *exchange_reasons], desk)
    return ()
