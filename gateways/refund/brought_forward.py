"""Checks a manufacturer's credit brought forward (上期留抵) against the claims of the months before.

The credit is that of his VAT return (财税〔2012〕39号), which he alone knows: a month without a claim may add
to it, and before the first claim there may be any. So only the claim of the month directly before bounds it; else an
amount above what the last claim left over is remarked on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from declarations.refund.manufacturer import is_month_before
from gateways.refund.case import ClaimCase
from gateways.refund.checking import MANUFACTURER
from gateways.refund.repository import Claim, RefundRepository

TOO_MUCH_CREDIT, NEXT_CLAIM_USES_MORE, CREDIT_OF_RETURN = "20536", "20537", "20538"
STATES_WITHOUT_USE = ("declared", "rejected", "deleted")
"""States in which a claim uses no credit."""


def credit_left_by(claim: Claim) -> Scaled:
    """Return the amount that a claim leaves to the next month: its carry, plus its refund if it was refused."""
    return claim.carry + (claim.refund if claim.state in STATES_WITHOUT_USE else 0)


def unused_carry(claim: Claim, repository: RefundRepository) -> Scaled:
    """Return what is left of the input VAT that a claim carried on: nothing once a later claim is in effect, which may
    have brought it forward."""
    later = (
        other
        for other in repository.claims_of_kind(claim.ebc_code, MANUFACTURER)
        if other.period > claim.period and other.state not in STATES_WITHOUT_USE
    )
    return 0 if claim.kind != MANUFACTURER or next(later, None) is not None else claim.carry


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
    """Yield reasons to refuse a calculated claim: it brings forward more than the month directly before left over, or
    leaves less than the claim of the month directly after has brought forward."""
    claim, repository = case.claim, case.repository
    if claim.kind != MANUFACTURER:
        return
    other_claims = _other_claims(case)
    previous = claim_before(claim.period, other_claims)
    if previous is not None and is_month_before(previous.period, claim.period):
        yield from _compare(case, previous, TOO_MUCH_CREDIT)
    following = next(
        (
            other
            for other in other_claims
            if is_month_before(claim.period, other.period) and other.state not in STATES_WITHOUT_USE
        ),
        None,
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


def credit_remarks(case: ClaimCase) -> Iterator[Reason]:
    """Yield a remark on an accepted claim that brings forward more than the last claim left over, months ago or never:
    it is that of the VAT return, which is not known here."""
    if case.claim.kind == MANUFACTURER:
        yield from _compare(case, claim_before(case.claim.period, _other_claims(case)), CREDIT_OF_RETURN)


def _other_claims(case: ClaimCase) -> list[Claim]:
    claim = case.claim
    return [other for other in case.repository.claims_of_kind(claim.ebc_code, claim.kind) if other.id != claim.id]


def _compare(case: ClaimCase, previous: Claim | None, code: str) -> Iterator[Reason]:
    found = case.facts.credit_forward or 0
    left, number = (credit_left_by(previous), previous.cop_no) if previous is not None else (0, "-")
    if found > left:
        yield Reason(code, {"found": amount_text(found), "carry": amount_text(left), "claim": number})
