"""Foreign exchange: a refund whose exchange does not come in its time is recovered, and restored when it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations.reasons import Reason
from declarations.refund import lanes
from gateways.gateway import Answers, Circumstances, Item
from gateways.refund import ledgers, paying
from gateways.refund.memory import Claim, RefundMemory
from gateways.refund.outcome import note
from gateways.refund.reconciling import OVERDUE

MISSING = "missing"
NEVER, OTHER, PROVED = "20580", "20581", "20582"


def hear_due(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    """The time for collecting is over, each item [claim id]."""
    for claim in memory.claims([item[0] for item in items]).values():
        open_still = claim.state == "paid" and claim.exchange in (lanes.DUE, lanes.OTHER_CURRENCY)
        if open_still and circumstances.day > date.fromisoformat(claim.exchange_due):
            _settle_exchange(claim, memory, circumstances, answers)


def _settle_exchange(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    state = ledgers.prove(claim, memory)
    if state == lanes.COLLECTED:
        _proved(claim, memory, circumstances, answers)
        return
    claim.exchange = MISSING
    code = OTHER if state == lanes.OTHER_CURRENCY else NEVER
    paying.recover(claim, [Reason(code, {"until": claim.exchange_due})], memory, circumstances, answers)


def _proved(claim: Claim, memory: RefundMemory, circumstances: Circumstances, answers: Answers) -> None:
    claim.exchange = lanes.COLLECTED
    note(claim, "refund_exchange", circumstances, answers, [Reason(PROVED, {})])
    memory.put_claim(claim)


def hear_collected(items: Sequence[Item], memory: RefundMemory, circumstances: Circumstances,
                   answers: Answers) -> None:
    """Exchange was collected, each item [company, [declarations and lists], [orders]]: whose claims does it prove?"""
    pools = memory.pools_of({one for item in items for one in item[1]}, {one for item in items for one in item[2]})
    for claim in memory.claims_waiting({item[0] for item in items}, pools):
        if ledgers.prove(claim, memory) == lanes.COLLECTED:
            recovered = claim.exchange == MISSING and claim.state == "to_repay" and claim.stage != OVERDUE
            _proved(claim, memory, circumstances, answers)
            if recovered:
                paying.restore(claim, memory, circumstances, answers)
