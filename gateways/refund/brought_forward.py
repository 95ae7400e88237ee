"""Checks a manufacturer's credit brought forward (上期留抵): at most what earlier months left over.

Only the claims of months are known, not their VAT returns: a month without a claim carries on the amount of the month
before; before the first claim the amount is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from gateways.refund.case import ClaimCase
from gateways.refund.checking import MANUFACTURER
from gateways.refund.repository import Claim

TOO_MUCH_CREDIT, NEXT_CLAIM_USES_MORE = "20536", "20537"
STATES_WITHOUT_USE = ("declared", "rejected", "deleted")
"""States in which a claim uses no credit."""


def credit_left_by(claim: Claim) -> Scaled:
    """Return the amount that a claim leaves to the next month: its carry, plus its refund if it was refused."""
    return claim.carry + (claim.refund if claim.state in STATES_WITHOUT_USE else 0)


def claim_before(period: str, claims: Sequence[Claim]) -> Claim | None:
    """Return the claim of the latest month before `period` that is in effect or leaves an amount; None if there is
    none.

    Of several refused claims of that month it is the one filed last: ids are handed out to processes in ranges, and a
    claim that is filed again keeps its id.
    """
    earlier = [
        claim
        for claim in claims
        if claim.period < period and (claim.state not in STATES_WITHOUT_USE or credit_left_by(claim))
    ]
    return max(earlier, key=_place, default=None)


def _place(claim: Claim) -> tuple[str, bool, int, int]:
    return claim.period, claim.state not in STATES_WITHOUT_USE, claim.filed_at, claim.id


def credit_faults(case: ClaimCase) -> Iterator[Reason]:
    """Yield reasons to refuse a calculated claim: it brings forward too much, or leaves less than the next month's
    claim has brought forward."""
    claim, repository = case.claim, case.repository
    if claim.kind != MANUFACTURER:
        return
    other_claims = [other for other in repository.claims_of_kind(claim.ebc_code, claim.kind) if other.id != claim.id]
    credit_forward, previous = case.facts.credit_forward or 0, claim_before(claim.period, other_claims)
    if credit_forward > (carried_credit := credit_left_by(previous) if previous is not None else 0):
        yield Reason(
            TOO_MUCH_CREDIT,
            {
                "found": amount_text(credit_forward),
                "carry": amount_text(carried_credit),
                "claim": previous.cop_no if previous is not None else "-",
            },
        )
    following = min(
        (other for other in other_claims if other.period > claim.period and other.state not in STATES_WITHOUT_USE),
        key=lambda claim: claim.period,
        default=None,
    )
    if following is not None:
        document = repository.documents([following.document_id]).get(following.document_id)
        next_credit_forward = document.facts.credit_forward or 0 if document is not None else 0
        if next_credit_forward > case.calculation.carry:
            yield Reason(
                NEXT_CLAIM_USES_MORE,
                {
                    "period": following.period,
                    "claim": following.cop_no,
                    "found": amount_text(next_credit_forward),
                    "carry": amount_text(case.calculation.carry),
                },
            )
