"""The exempt-credited amount of a manufacturer: it falls with the exports it rests on, in proportion to their FOB.

What is left of it stands in the claim; of a claim that was recovered nothing is booked, and what is left is booked
again when it is restored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from declarations.money import decimal, plain, scaled, to_fen
from declarations.reasons import Reason
from gateways.refund.evidence import EXPORT
from gateways.refund.outcome import book
from gateways.refund.repository import Claim, ClaimLine, RefundDesk

LESS = "20573"
RECOVERED = "to_repay"


def weight(lines: Iterable[ClaimLine]) -> Decimal:
    """The FOB in yuan of what has not come back of a claim's exports."""
    return sum(
        (
            decimal(line.base) * (line.taken - line.repaid_qty) / line.taken
            for line in lines
            if line.part == EXPORT and line.taken
        ),
        Decimal(0),
    )


def reverse(claim: Claim, kept: Decimal, held: Decimal, desk: RefundDesk) -> Sequence[Reason]:
    """Of exports of a FOB `held` only `kept` counts any more: book what is credited less, and note it."""
    if not claim.credited or held <= 0:
        return ()
    left = scaled(to_fen(decimal(claim.credited) * kept / held))
    less = claim.credited - left
    if not less:
        return ()
    claim.credited = left
    reasons = (Reason(LESS, {"amount": plain(less), "left": plain(left)}),)
    if claim.state != RECOVERED:
        book(claim, "credited", -less, desk, reasons=reasons)
    return reasons
