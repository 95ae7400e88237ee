"""Questions about claims as the refund gateway keeps them: credit left, brought forward, reduced. Texts in and out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from declarations.money import amount_text, scaled_from_text
from declarations.refund.lines import FOR_REFUND, VOUCHER, InvoiceLine, LinkedLines, MatchingResult, PurchaseLine
from gateways.refund.brought_forward import claim_before, credit_left_by
from gateways.refund.checking import MANUFACTURER
from gateways.refund.crediting import TO_REPAY, reduce_credited, remaining_fob
from gateways.refund.evidence import EXPORT
from gateways.refund.repository import Claim, ClaimLine
from gateways.refund.vouchers import with_vouchers
from tests.law.comparing import codes
from tests.law.refund_claims import CLAIMANT, rule

_NO_DESK: Any = None
"""A claim that is to be repaid books nothing, so that no desk is asked."""


def _claim(number: int, state: str, period: str = "202606", refund: str = "0", carry: str = "0") -> Claim:
    """A manufacturer's claim that was filed at the instant of its number."""
    head = Claim(
        number,
        f"K{number}",
        cop_no=f"C{number}",
        state=state,
        ebc_code="3702660001",
        kind=MANUFACTURER,
        business="",
        period=period,
    )
    head.refund, head.carry, head.filed_at = scaled_from_text(refund), scaled_from_text(carry), number
    return head


def credit_left(state: str, refund: str, carry: str) -> str:
    """Return the credit that a claim leaves to the next month."""
    return amount_text(credit_left_by(_claim(1, state, refund=refund, carry=carry)))


def brought_forward(period: str, claims: str) -> str:
    """Return the number of the claim whose credit a month brings forward, of claims `state/period/refund/carry`."""
    filed = [_claim(number, *text.split("/")) for number, text in enumerate(claims.split(), 1)]
    found = claim_before(period, filed)
    return "none" if found is None else str(found.id)


def credited_after(credited: str, after: str, before: str) -> str:
    """Return what remains of the credited amount of a claim as exports come back, and the codes of its reasons."""
    claim = _claim(1, TO_REPAY)
    claim.credited = scaled_from_text(credited)
    reasons = reduce_credited(claim, Decimal(after), Decimal(before), _NO_DESK)
    return " ".join((amount_text(claim.credited), *codes(reasons)))


def fob_that_stays(lines: str) -> str:
    """Return the FOB of exports that have not come back, of lines `part/taken/base/repaid`."""
    return f"{remaining_fob(_line(number, *text.split('/')) for number, text in enumerate(lines.split(), 1)):.5f}"


def _line(number: int, part: str, taken: str, base: str, repaid: str) -> ClaimLine:
    line = ClaimLine(
        claim_id=1,
        number=number,
        part=part,
        link_no="L",
        item_no=f"I{number}",
        gcode="6109100010",
        unit="011",
        qty=int(taken),
        taken=int(taken),
        currency="USD",
        fob=0,
        base=scaled_from_text(base),
        refund=0,
        cost=0,
        treatment="refund",
        sale_state="",
    )
    return line._replace(repaid_qty=int(repaid), part=EXPORT if part == "E" else part)


def voucher_used(bought: str, used: str, claimed: str) -> str:
    """Return what exemptions use of the amount of a voucher, or the codes against it; `bought` and `used`: quantity and
    amount of the voucher, and those that earlier claims have used of it, `qty/amount`; `claimed`: a quantity."""
    (qty, amount), (used_qty, used_amount) = [map(scaled_from_text, text.split("/")) for text in (bought, used)]
    goods, wanted = ("6109100010", "棉制针织T恤衫", "011"), scaled_from_text(claimed)
    line = PurchaseLine(2, "L", "V1", 1, *goods, wanted, amount)
    seller = "91370202MA3C00011L"
    head = "V1", 1, VOUCHER, FOR_REFUND, seller, CLAIMANT
    paper = InvoiceLine(
        *head, *goods, qty, amount, tax_rate=Decimal("0.13"), used=used_qty, contract_no="", used_amount=used_amount
    )
    hs10, _, unit = goods
    link = LinkedLines(
        link_no="L",
        hs10=hs10,
        unit=unit,
        qty=wanted,
        exports=(),
        purchases=(),
        base=0,
        levy=Decimal(0),
        reasons=(),
    )
    found = with_vouchers(MatchingResult((link,), ()), [line], {("V1", 1): paper}, CLAIMANT, rule())
    return " ".join(codes(found.reasons)) or amount_text(found.links[0].invoice_uses[0].amount)
