"""Foreign exchange of claims: a refund is recovered if its exchange is not collected in time, and restored when it
is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations.reasons import Reason
from declarations.refund import lanes
from declarations.refund.deadlines import exchange_basis
from gateways.refund import ledgers, paying
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.outcome import note
from gateways.refund.paying import OVERDUE
from gateways.refund.repository import Claim, RefundDesk
from gateways.topics.refund import ExchangeCollected, ExchangeDue

MISSING = "missing"
GRANTED = ("paid", "settled")
"""States in which a refund was granted and may be recovered."""
NOT_COLLECTED, OTHER_CURRENCY_CODE, PROVED = "20580", "20581", "20582"
INCOMPLETE = (lanes.DUE, lanes.OTHER_CURRENCY, MISSING)
"""Exchange states of a claim other than fully collected."""


def overdue(exchange: str, exchange_due: str, day: date) -> bool:
    """True if the exchange of a claim is not fully collected and its deadline has passed."""
    return exchange in INCOMPLETE and day > date.fromisoformat(exchange_due)


def handle_due(due: Sequence[ExchangeDue], desk: RefundDesk) -> None:
    """Handle deadlines for collecting: recover refunds without exchange."""
    for claim in desk.repository.claims([deadline.claim_id for deadline in due]).values():
        if (
            claim.state in GRANTED
            and claim.exchange != MISSING
            and overdue(claim.exchange, claim.exchange_due, desk.day)
        ):
            _recover_uncollected(claim, desk)


def _recover_uncollected(claim: Claim, desk: RefundDesk) -> None:
    state = update(claim, desk)
    if state == lanes.COLLECTED:
        return
    claim.exchange = MISSING
    code = OTHER_CURRENCY_CODE if state == lanes.OTHER_CURRENCY else NOT_COLLECTED
    paying.recover(claim, [Reason(code, {"until": claim.exchange_due}, basis(claim, desk))], desk)


def basis(claim: Claim, desk: RefundDesk) -> tuple[str, ...]:
    """Return the ids of the dated values that set the last day for a claim's exchange."""
    numbers = {line.item_no for line in desk.repository.lines([claim.id])[claim.id] if line.part == EXPORT}
    exported = [date.fromisoformat(item.exported_on) for item in items_of(numbers, desk).values() if item.exported_on]
    return exchange_basis(exported, date.fromisoformat(claim.exchange_due), desk.law)


def update(claim: Claim, desk: RefundDesk) -> str:
    """Try to prove the exchange of a claim; record it if it is collected. Return its state."""
    state = ledgers.prove(claim, desk.repository)
    if state == lanes.COLLECTED:
        claim.exchange = state
        note(claim, "refund_exchange", desk, [Reason(PROVED, {})])
        desk.repository.put_claim(claim)
    return state


def handle_collected(collected: Sequence[ExchangeCollected], desk: RefundDesk) -> None:
    """Handle collected exchange: mark the claims that it proves, and restore recovered ones."""
    pools = desk.repository.pools_of(
        {number for receipt in collected for number in receipt.entries},
        {number for receipt in collected for number in receipt.orders},
    )
    for claim in desk.repository.claims_waiting({receipt.ebc_code for receipt in collected}, pools):
        recovered = claim.exchange == MISSING and claim.state == "to_repay" and claim.stage != OVERDUE
        if update(claim, desk) == lanes.COLLECTED and recovered:
            paying.restore(claim, desk)
