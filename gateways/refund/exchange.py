"""Foreign exchange of claims: what proves it, and a refund that was recovered for want of it and is restored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations.reasons import Reason
from declarations.refund import treatment_facts
from declarations.refund.deadlines import ids_of_exchange_deadline
from gateways.refund import ledgers, paying
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.outcome import add_event
from gateways.refund.paying import OVERDUE
from gateways.refund.repository import Claim, RefundDesk
from gateways.topics.refund import ExchangeCollected

MISSING = "missing"
EXCHANGE_PROVED = "20582"
INCOMPLETE = (treatment_facts.DUE, treatment_facts.OTHER_CURRENCY, MISSING)
"""Exchange states of a claim other than fully collected."""


def is_exchange_overdue(exchange: str, exchange_due: str, day: date) -> bool:
    """True if the exchange of a claim is not fully collected and its deadline has passed."""
    return exchange in INCOMPLETE and day > date.fromisoformat(exchange_due)


def ids_of_deadline(claim: Claim, desk: RefundDesk) -> tuple[str, ...]:
    """Return the ids of the dated values that set the last day for a claim's exchange."""
    given_numbers = {line.item_no for line in desk.repository.lines([claim.id])[claim.id] if line.part == EXPORT}
    export_days = [
        date.fromisoformat(item.exported_on) for item in items_of(given_numbers, desk).values() if item.exported_on
    ]
    return ids_of_exchange_deadline(export_days, date.fromisoformat(claim.exchange_due), desk.law)


def try_to_prove(claim: Claim, desk: RefundDesk) -> str:
    """Try to prove the exchange of a claim; record it if it is collected. Return its state."""
    state = ledgers.reserve_exchange(claim, desk.repository)
    if state == treatment_facts.COLLECTED:
        claim.exchange = state
        add_event(claim, "refund_exchange", desk, [Reason(EXCHANGE_PROVED, {})])
        desk.repository.put_claim(claim)
    return state


def handle_collected(collected: Sequence[ExchangeCollected], desk: RefundDesk) -> None:
    """Handle collected exchange: mark the claims that it proves, and restore recovered ones."""
    pools = desk.repository.pools_of(
        {number for receipt in collected for number in receipt.entries},
        {number for receipt in collected for number in receipt.orders},
    )
    for claim in desk.repository.claims_waiting({receipt.ebc_code for receipt in collected}, pools):
        was_recovered = claim.exchange == MISSING and claim.state == "to_repay" and claim.stage != OVERDUE
        if try_to_prove(claim, desk) == treatment_facts.COLLECTED and was_recovered:
            paying.restore_claim(claim, desk)
