"""Refunds whose last day has passed are recovered: ahead of sale and not reconciled, or without their exchange.

Both days of a claim may pass at once. Then the earlier one counts, and on one day the reconciliation, since it takes
back all of the pre-refund: the reason is the same whichever deadline comes first to the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations.reasons import Reason
from declarations.refund import treatment_facts
from gateways.refund import paying
from gateways.refund.exchange import MISSING, ids_of_deadline, is_exchange_overdue, try_to_prove
from gateways.refund.outcome import add_event
from gateways.refund.paying import OVERDUE, WAITS_FOR_RECONCILIATION
from gateways.refund.reconciling import ids_of_period, recover_unsold
from gateways.refund.repository import Claim, RefundDesk
from gateways.topics.refund import ExchangeDue, ReconciliationDue

GRANTED_STATES = ("paid", "settled")
"""States in which a refund was granted and may be recovered."""
NOT_COLLECTED, OTHER_CURRENCY_CODE, NEVER_RECONCILED = "20580", "20581", "20646"


def handle_due(deadlines: Sequence[ReconciliationDue | ExchangeDue], desk: RefundDesk) -> None:
    """Handle deadlines for reconciling or for collecting: recover the refunds of claims that have missed theirs."""
    for claim in desk.repository.claims([deadline.claim_id for deadline in deadlines]).values():
        steps = (_recover_unreconciled, _recover_uncollected)
        if claim.exchange_due and claim.exchange_due < (claim.reconcile_until or claim.exchange_due):
            steps = (_recover_uncollected, _recover_unreconciled)
        for recover in steps:
            recover(claim, desk)


def _recover_unreconciled(claim: Claim, desk: RefundDesk) -> None:
    if claim.stage != WAITS_FOR_RECONCILIATION or desk.day <= date.fromisoformat(claim.reconcile_until):
        return
    reasons = [Reason(NEVER_RECONCILED, {"until": claim.reconcile_until}, ids_of_period(claim, desk))]
    account = desk.repository.accounts([claim.ebc_code])[claim.ebc_code]
    account.blocked += 1
    desk.repository.put_account(account)
    if claim.state != "paid" or recover_unsold(claim, desk):
        add_event(claim, "refund_overdue", desk, reasons)
    else:
        paying.recover_claim(claim, reasons, desk)
    claim.stage = OVERDUE
    desk.repository.put_claim(claim)


def _recover_uncollected(claim: Claim, desk: RefundDesk) -> None:
    if (
        claim.state not in GRANTED_STATES
        or claim.exchange == MISSING
        or not is_exchange_overdue(claim.exchange, claim.exchange_due, desk.day)
    ):
        return
    state = try_to_prove(claim, desk)
    if state == treatment_facts.COLLECTED:
        return
    claim.exchange = MISSING
    code = OTHER_CURRENCY_CODE if state == treatment_facts.OTHER_CURRENCY else NOT_COLLECTED
    paying.recover_claim(claim, [Reason(code, {"until": claim.exchange_due}, ids_of_deadline(claim, desk))], desk)
