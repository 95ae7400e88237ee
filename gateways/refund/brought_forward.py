"""Checks a manufacturer's credit brought forward (上期留抵): at most what earlier months left over.

Only the claims of months are known, not their VAT returns: a month without a claim carries on the amount of the month
before; before the first claim the amount is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from declarations.money import Scaled, plain
from declarations.reasons import Reason
from gateways.refund.case import ClaimCase
from gateways.refund.checking import MANUFACTURER
from gateways.refund.repository import Claim

TOO_MUCH, RESTED_ON = "20536", "20537"
GIVEN_UP = ("declared", "rejected", "deleted")
"""States in which a claim uses no credit."""


def left(claim: Claim) -> Scaled:
    """Return the amount that a claim leaves to the next month: its carry, plus its refund if it was refused."""
    return claim.carry + (claim.refund if claim.state in GIVEN_UP else 0)


def before(period: str, claims: Sequence[Claim]) -> Claim | None:
    """Return the claim of the latest month before `period` that is in effect or leaves an amount; None if there is
    none."""
    earlier = [claim for claim in claims if claim.period < period and (claim.state not in GIVEN_UP or left(claim))]
    return max(earlier, key=lambda claim: (claim.period, claim.state not in GIVEN_UP, claim.id), default=None)


def faults(case: ClaimCase) -> Iterator[Reason]:
    """Yield reasons to refuse a calculated claim: it brings forward too much, or leaves less than the next month's
    claim has brought forward."""
    claim, repository = case.claim, case.repository
    if claim.kind != MANUFACTURER:
        return
    others = [other for other in repository.claims_of_kind(claim.ebc_code, claim.kind) if other.id != claim.id]
    forward, last = case.facts.credit_forward or 0, before(claim.period, others)
    if forward > (carried := left(last) if last is not None else 0):
        yield Reason(
            TOO_MUCH,
            {"found": plain(forward), "carry": plain(carried), "claim": last.cop_no if last is not None else "-"},
        )
    following = min(
        (other for other in others if other.period > claim.period and other.state not in GIVEN_UP),
        key=lambda claim: claim.period,
        default=None,
    )
    if following is not None:
        document = repository.documents([following.document_id]).get(following.document_id)
        rests = document.facts.credit_forward or 0 if document is not None else 0
        if rests > case.calculation.carry:
            yield Reason(
                RESTED_ON,
                {
                    "period": following.period,
                    "claim": following.cop_no,
                    "found": plain(rests),
                    "carry": plain(case.calculation.carry),
                },
            )
