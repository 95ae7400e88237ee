"""Foreign exchange: a refund whose exchange does not come in its time is recovered, and restored when it does; an
officer may let it count as collected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations.reasons import Reason
from declarations.refund import lanes
from gateways.gateway import Answers, Circumstances, Item
from gateways.refund import ledgers, paying
from gateways.refund.memory import Claim, RefundMemory
from gateways.refund.outcome import note
from gateways.refund.paying import OVERDUE

MISSING = "missing"
DONE = ("paid", "settled")
"""States in which a claim has what it may lose again; one that is settled and has nothing left asks for no exchange."""
NEVER, OTHER, PROVED = "20580", "20581", "20582"
SHORT = (lanes.DUE, lanes.OTHER_CURRENCY, MISSING)
"""How the exchange of a claim stands where it is not all there."""


def overdue(exchange: str, exchange_due: str, day: date) -> bool:
    """Whether the exchange of a claim is short on a day, and its term over."""
    return exchange in SHORT and day > date.fromisoformat(exchange_due)


def hear_due(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    """The time for collecting is over, each item [claim id]."""
    for claim in memory.claims([item[0] for item in items]).values():
        if claim.state in DONE and claim.exchange != MISSING and overdue(claim.exchange, claim.exchange_due,
                                                                         circumstances.day):
            _end(claim, memory, circumstances, answers)


def _end(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    state = look(claim, memory, circumstances, answers)
    if state == lanes.COLLECTED:
        return
    claim.exchange = MISSING
    code = OTHER if state == lanes.OTHER_CURRENCY else NEVER
    paying.recover(claim, [Reason(code, {"until": claim.exchange_due})], memory, circumstances, answers)


def look(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> str:
    """Look for the exchange of a claim that is not proved, and note it where it is there. Gives how it stands."""
    state = ledgers.prove(claim, memory)
    if state == lanes.COLLECTED:
        claim.exchange = state
        note(claim, "refund_exchange", circumstances, answers, [Reason(PROVED, {})])
        memory.put_claim(claim)
    return state


def hear_collected(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances,
                   answers: Answers) -> None:
    """Exchange was collected, each item [company, [declarations and lists], [orders]]: whose claims does it prove?"""
    pools = memory.pools_of({one for item in items for one in item[1]}, {one for item in items for one in item[2]})
    for claim in memory.claims_waiting({item[0] for item in items}, pools):
        recovered = claim.exchange == MISSING and claim.state == "to_repay" and claim.stage != OVERDUE
        if look(claim, memory, circumstances, answers) == lanes.COLLECTED and recovered:
            paying.restore(claim, memory, circumstances, answers)
