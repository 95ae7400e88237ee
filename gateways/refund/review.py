"""A claim is reviewed by the end of its class's working days: approved and paid, or handed to an officer.

An officer looks at a share of each class, drawn by key, at claims of goods that came back meanwhile, and at claims
whose foreign exchange must be there and is not. Whoever approves a claim whose exchange is short after its term gives
the reason for which it counts as collected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from declarations import automatic_officer, lifecycle
from declarations.money import TooLarge, plain, scale
from declarations.reasons import Reason
from declarations.refund import lanes
from declarations.refund.classes import must_prove_exchange
from declarations.risk import SIDES, draw
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


def hear_acts(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    """What officers decide, each item [claim id, action, who, values]: a reason, what a reduction leaves, and the state

    in which the claim was seen; of a claim that is in another by now nothing is done.
    """
    claims = memory.claims([item[0] for item in items])
    for number, action, who, values in items:
        claim = claims.get(number)
        if claim is None:
            continue
        moved = values.get("seen", claim.state) != claim.state
        if moved or action not in ACTIONS or not _may(claim, ACTIONS[action]) or _is_over(claim):
            note(claim, STOOD_OUT, circumstances, answers,
                 [Reason("20564", {"action": action, "who": who, "state": claim.state, **_filed(values)})])
            continue
        _carry_out(claim, action, who, values, memory, circumstances, answers)


def _filed(values: Mapping[str, str]) -> Mapping[str, str]:
    """The number under which an act was filed, by which whoever filed it finds what was said of it."""
    return {"act": values["act"]} if "act" in values else {}


def _is_over(claim: Claim) -> bool:
    """Whether a claim is settled and nothing of it is left to be recovered."""
    return claim.state == "settled" and not (paying.worth(claim) or claim.credited)


def _carry_out(claim: Claim, action: str, who: str, values: Mapping[str, str], memory: RefundMemory,
               circumstances: Circumstances, answers: Answers) -> None:
    said = Reason(WORDS.get(action, "20504"), {"reason": values.get("reason", ""), "who": who})
    if action == "approve":
        _approve(claim, who, values, memory, circumstances, answers)
    elif action == "reduce":
        _reduce(claim, said, values, memory, circumstances, answers)
    elif action == "refuse":
        refuse(claim, [said], memory, circumstances, answers)
    elif action == "ask":
        claim.stage = "answer"
        step(claim, "ask", circumstances, answers, [said])
        memory.put_claim(claim)
    elif action == "recover":
        paying.recover(claim, [said], memory, circumstances, answers)


def _approve(claim: Claim, who: str, values: Mapping[str, str], memory: RefundMemory, circumstances: Circumstances,
             answers: Answers) -> None:
    """Approve; after the term of exchange that is short, with the reason for which it counts as collected."""
    reason = values.get("reason", "")
    if not _overdue(claim, memory, circumstances, answers):
        approve(claim, "approve", (), memory, circumstances, answers)
    elif reason:
        said = Reason(APPROVED_LATE, {"reason": reason, "who": who})
        approve(claim, "approve", [said, _deemed(claim)], memory, circumstances, answers)
    else:
        note(claim, STOOD_OUT, circumstances, answers,
             [Reason(NO_REASON, {"until": claim.exchange_due, **_filed(values)})])


def _overdue(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> bool:
    """Whether a claim's exchange is short after its term, once it was looked for."""
    return (foreign_exchange.overdue(claim.exchange, claim.exchange_due, circumstances.day)
            and foreign_exchange.look(claim, memory, circumstances, answers) != lanes.COLLECTED)


def _deemed(claim: Claim) -> Reason:
    """Let the exchange of a claim count as collected: it is not recovered for it."""
    claim.exchange = lanes.DEEMED
    return Reason(DEEMED, {"until": claim.exchange_due})


def _reduce(claim: Claim, said: Reason, values: Mapping[str, str], memory: RefundMemory,
            circumstances: Circumstances, answers: Answers) -> None:
    """Less is refunded; the lines keep what they were reckoned at in proportion."""
    amount = values.get("amount", "")
    try:
        left = scale(amount)
    except (ArithmeticError, ValueError, TooLarge):
        left = -1
    if not 0 <= left < claim.refund or left % 1_000:
        note(claim, STOOD_OUT, circumstances, answers, [Reason("20565", {"found": amount[:40], **_filed(values)})])
        return
    ledgers.scale_down(claim, left, memory)
    told = Reason(REDUCED_TO, {"before": plain(claim.refund), "after": plain(left)})
    claim.refund = left
    late = [_deemed(claim)] if _overdue(claim, memory, circumstances, answers) else []
    approve(claim, "reduce", [said, told, *late], memory, circumstances, answers)
