"""A claim is reviewed by the end of its class's working days: approved and paid, or handed to an officer.

An officer looks at a share of each class, drawn by key, at claims of goods that came back meanwhile, and at claims
whose foreign exchange must be there and is not. Whoever approves a claim whose exchange is short after its term gives
the reason for which it counts as collected.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from declarations import automatic_officer, lifecycle
from declarations.money import TooLarge, plain, scale
from declarations.reasons import Reason
from declarations.refund import lanes
from declarations.refund.classes import must_prove_exchange
from declarations.risk import SIDES, draw
from gateways.decisions import Decision, Fresh, decisions
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Item
from gateways.refund import exchange as foreign_exchange
from gateways.refund import ledgers, paying
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.memory import Claim, RefundMemory
from gateways.refund.outcome import KIND, STOOD_OUT, note, step

MOST = 40_000
"""Lines of claims that one batch reviews; claims beyond are reviewed with the next."""
DRAWN, CAME_BACK, UNPROVED, REDUCED_TO = "20560", "20561", "20562", "20563"
APPROVED_LATE, DEEMED, NO_REASON = "20566", "20567", "20568"
ACTIONS = {"approve": "approve", "reduce": "reduce", "refuse": "reject", "ask": "ask", "recover": "recover"}
"""What an officer may do with a claim, and the step of its life that it is."""
UNSEEN = -1
"""A version that no claim has."""
WORDS = {"reduce": "20505", "refuse": "20501", "ask": "20503", "recover": "20507"}


def hear_due(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    """A review ends, or the automatic officer decides, each item [claim id, step]."""
    claims = memory.claims([item[0] for item in items])
    waiting = list({number: claims[number] for number, awaited, *_ in items if number in claims
                    and claims[number].stage == awaited and circumstances.now >= claims[number].due}.values())
    reviewed, lines = list[Claim](), 0
    for claim in waiting:
        if claim.stage == "officer":
            _decide_automatically(claim, memory, circumstances, answers)
        elif claim.state == "accepted" and lines > MOST:
            answers.deadlines.append(DeadlineDraft(circumstances.now, "deadline.refund_review", "refund",
                                                   [claim.id, "review"]))
        elif claim.state == "accepted":
            reviewed.append(claim)
            lines += claim.lines
    _ahead(reviewed, memory, circumstances)
    for claim in reviewed:
        _review(claim, memory, circumstances, answers)


def _ahead(claims: Sequence[Claim], memory: RefundMemory, circumstances: Circumstances) -> None:
    """Fetch what the reviews of all these claims will look at."""
    lines = memory.lines([claim.id for claim in claims])
    items = items_of({line.item_no for of_claim in lines.values() for line in of_claim if line.part == EXPORT}, memory,
                     circumstances)
    memory.pools({item.pool for item in items.values()})


def _review(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    if claim.exchange not in ("", lanes.COLLECTED):
        claim.exchange = ledgers.prove(claim, memory)
    reasons = list(_doubts(claim, memory, circumstances))
    if reasons:
        hand_over(claim, reasons, circumstances, answers)
        memory.put_claim(claim)
    else:
        approve(claim, "approve", (), memory, circumstances, answers)


def _doubts(claim: Claim, memory: RefundMemory, circumstances: Circumstances) -> Sequence[Reason]:
    found = []
    lines = memory.lines([claim.id])[claim.id]
    items = items_of({line.item_no for line in lines if line.part == EXPORT}, memory, circumstances)
    back = sorted(one.item_no for one in items.values() if one.used + one.returned > one.qty)
    if back:
        found.append(Reason(CAME_BACK, {"item": back[0], "count": str(len(back))}))
    if claim.exchange not in ("", lanes.COLLECTED):
        late = circumstances.day > date.fromisoformat(claim.exchange_due)
        if late or must_prove_exchange(claim.firm_class, circumstances.day, circumstances.parameters):
            found.append(Reason(UNPROVED, {"until": claim.exchange_due}))
    value = circumstances.parameters.on("refund.review_share", circumstances.day)
    share: Decimal = value.table[str(claim.firm_class)]
    if draw(circumstances.seed, "refund review", f"{claim.key}|{claim.document_version}") < share * SIDES:
        found.append(Reason(DRAWN, {"class": str(claim.firm_class), "share": f"{share * 100:f}%"}, (value.id,)))
    return found


def hand_over(claim: Claim, reasons: Sequence[Reason], circumstances: Circumstances, answers: Answers) -> None:
    """An officer decides: by hand, or by draw where the sandbox has him do so."""
    step(claim, "review", circumstances, answers, reasons, Reason("20502", {}))
    claim.stage = "officer"
    choice = _choice(claim, circumstances)
    if choice is not None:
        claim.due = circumstances.now + choice.minutes * 60_000
        answers.deadlines.append(DeadlineDraft(claim.due, "deadline.refund_review", "refund", [claim.id, "officer"]))


def _choice(claim: Claim, circumstances: Circumstances) -> automatic_officer.Choice | None:
    if not circumstances.options.automatic_officer:
        return None
    return automatic_officer.choose(circumstances.seed, claim.key, claim.state, circumstances.day,
                                    circumstances.parameters, KIND)


def _decide_automatically(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    choice = _choice(claim, circumstances)
    if choice is None or not _may(claim, choice.action):
        return
    if choice.action == "approve" and _overdue(claim, memory, circumstances, answers):
        refuse(claim, [Reason(UNPROVED, {"until": claim.exchange_due})], memory, circumstances, answers)
    elif choice.action == "approve":
        approve(claim, "approve", (), memory, circumstances, answers)
    elif choice.action == "reject" and choice.reason is not None:
        refuse(claim, [choice.reason], memory, circumstances, answers)


def _may(claim: Claim, action: str) -> bool:
    return action in {one.action for one in lifecycle.allowed(claim.state, lifecycle.OFFICER, KIND)}


def approve(claim: Claim, action: str, reasons: Sequence[Reason], memory: RefundMemory, circumstances: Circumstances,
            answers: Answers) -> None:
    """Approve (399) and pay (800)."""
    claim.decided_at = circumstances.now
    step(claim, action, circumstances, answers, reasons)
    paying.pay(claim, memory, circumstances, answers)


def refuse(claim: Claim, reasons: Sequence[Reason], memory: RefundMemory, circumstances: Circumstances,
           answers: Answers) -> None:
    """Refuse a claim that was taken in: what it reserved is free again."""
    ledgers.free([claim], memory, circumstances)
    claim.reasons, claim.decided_at, claim.stage = tuple(reasons), circumstances.now, ""
    step(claim, "reject", circumstances, answers, reasons)
    memory.put_claim(claim)


def decide_claims(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Carry out tax officers' decisions, each item a `Decision` whose values hold what a reduction leaves.

    A decision about a claim that is no longer as it was seen, or whose state forbids it, is refused and noted.
    """
    filed, fresh = decisions(items), Fresh()
    claims = memory.claims([decision.subject_id for decision in filed])
    for decision in filed:
        claim = claims.get(decision.subject_id)
        if claim is None:
            answers.refuse(decision.id, [Reason("20564", {"action": decision.action, "who": decision.by, "state": ""})])
            continue
        refusal = _refusal(claim, decision, fresh) or _carry_out(claim, decision, memory, circumstances, answers)
        if refusal:
            note(claim, STOOD_OUT, circumstances, answers, refusal)
            answers.refuse(decision.id, refusal)
        else:
            fresh.decided(decision)
            answers.carried_out(decision.id)


def decide_as_filed_earlier(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances,
                            answers: Answers) -> None:
    """Decisions that an earlier version filed, each item [claim id, action, who, values]; the values hold the reason
    too, and the state in which the claim was seen."""
    claims = memory.claims([item[0] for item in items])
    filed = []
    for number, action, by, values in items:
        moved = number in claims and values.get("seen", claims[number].state) != claims[number].state
        filed.append(Decision(number, 0, UNSEEN if moved else 0, action, values.get("reason", ""), by, values))
    decide_claims(filed, memory, circumstances, answers)


def _refusal(claim: Claim, decision: Decision, fresh: Fresh) -> Sequence[Reason]:
    """Why a decision is not carried out; empty where it may be."""
    may = decision.action in ACTIONS and _may(claim, ACTIONS[decision.action]) and not _is_over(claim)
    if may and not fresh.refusal(decision, claim.version, claim.state):
        return ()
    return (Reason("20564", {"action": decision.action, "who": decision.by, "state": claim.state}),)


def _is_over(claim: Claim) -> bool:
    """Whether a claim is settled and nothing of it is left to be recovered."""
    return claim.state == "settled" and not (paying.worth(claim) or claim.credited)


def _carry_out(claim: Claim, decision: Decision, memory: RefundMemory, circumstances: Circumstances,
               answers: Answers) -> Sequence[Reason]:
    """Do it; gives why it was not done after all."""
    action = decision.action
    said = Reason(WORDS.get(action, "20504"), {"reason": decision.reason, "who": decision.by})
    if action == "approve":
        return _approve(claim, decision, memory, circumstances, answers)
    elif action == "reduce":
        return _reduce(claim, said, decision.values.get("amount", ""), memory, circumstances, answers)
    elif action == "refuse":
        refuse(claim, [said], memory, circumstances, answers)
    elif action == "ask":
        claim.stage = "answer"
        step(claim, "ask", circumstances, answers, [said])
        memory.put_claim(claim)
    elif action == "recover":
        paying.recover(claim, [said], memory, circumstances, answers)
    return ()


def _approve(claim: Claim, decision: Decision, memory: RefundMemory, circumstances: Circumstances,
             answers: Answers) -> Sequence[Reason]:
    """Approve; after the term of exchange that is short, with the reason for which it counts as collected. Gives why it
    was not done: without that reason it is not."""
    if not _overdue(claim, memory, circumstances, answers):
        approve(claim, "approve", (), memory, circumstances, answers)
    elif decision.reason:
        said = Reason(APPROVED_LATE, {"reason": decision.reason, "who": decision.by})
        approve(claim, "approve", [said, _deemed(claim)], memory, circumstances, answers)
    else:
        return (Reason(NO_REASON, {"until": claim.exchange_due}),)
    return ()


def _overdue(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> bool:
    """Whether a claim's exchange is short after its term, once it was looked for."""
    return (foreign_exchange.overdue(claim.exchange, claim.exchange_due, circumstances.day)
            and foreign_exchange.look(claim, memory, circumstances, answers) != lanes.COLLECTED)


def _deemed(claim: Claim) -> Reason:
    """Let the exchange of a claim count as collected: it is not recovered for it."""
    claim.exchange = lanes.DEEMED
    return Reason(DEEMED, {"until": claim.exchange_due})


def _reduce(claim: Claim, said: Reason, amount: str, memory: RefundMemory, circumstances: Circumstances,
            answers: Answers) -> Sequence[Reason]:
    """Less is refunded; the lines keep their calculated amounts in proportion. Gives what is wrong with the amount."""
    try:
        left = scale(amount)
    except (ArithmeticError, ValueError, TooLarge):
        left = -1
    if not 0 <= left < claim.refund or left % 1_000:
        return (Reason("20565", {"found": amount[:40]}),)
    ledgers.scale_down(claim, left, memory)
    told = Reason(REDUCED_TO, {"before": plain(claim.refund), "after": plain(left)})
    claim.refund = left
    late = [_deemed(claim)] if _overdue(claim, memory, circumstances, answers) else []
    approve(claim, "reduce", [said, told, *late], memory, circumstances, answers)
    return ()
