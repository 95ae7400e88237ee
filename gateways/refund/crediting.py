"""Reduces the exempt-credited amount of a manufacturer (免抵税额) when exports come back, in proportion to their FOB.

The claim stores the remaining amount. While a claim is to be repaid, no ledger entry is made; when it is restored, the
remaining amount is booked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.reasons import Reason
from gateways.refund.evidence import EXPORT
from gateways.refund.outcome import book_entry
from gateways.refund.repository import Claim, ClaimLine, RefundDesk

CREDIT_REDUCED = "20573"
TO_REPAY = "to_repay"


def remaining_fob(lines: Iterable[ClaimLine]) -> Decimal:
    """The FOB in yuan of a claim's exports that have not come back."""
    return sum(
        (
            decimal_of(line.base) * (line.taken - line.repaid_qty) / line.taken
            for line in lines
            if line.part == EXPORT and line.taken
        ),
        Decimal(0),
    )


def reduce_credited(claim: Claim, fob_after: Decimal, fob_before: Decimal, desk: RefundDesk) -> Sequence[Reason]:
    """Scale the amount credited to a claim by `fob_after` / `fob_before`, the FOB of its exports after and before a
    return, and book the difference. Return the reasons for the claim's timeline, empty if nothing changes."""
    if not claim.credited or fob_before <= 0:
        return ()
    return set_credited(claim, scaled_of(round_to_fen(decimal_of(claim.credited) * fob_after / fob_before)), desk)


def set_credited(claim: Claim, remaining: Scaled, desk: RefundDesk) -> Sequence[Reason]:
    """Set the amount credited to a claim and book the difference. Return the reasons for the claim's timeline, empty if
    nothing changes."""
    reduction = claim.credited - remaining
    if not reduction:
        return ()
    claim.credited = remaining
    reasons = (Reason(CREDIT_REDUCED, {"amount": amount_text(reduction), "left": amount_text(remaining)}),)
    if claim.state != TO_REPAY:
        book_entry(claim, "credited", -reduction, desk, reasons=reasons)
    return reasons
