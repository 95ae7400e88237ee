"""A claim for the refund or exemption of taxes on exports (our own message)."""

from __future__ import annotations

from declarations.documents.header import Facts, Header
from declarations.money import Scaled


class RefundClaimLine(Facts, frozen=True):
    """An export (part E) or a purchase (part P); lines with the same link number belong together."""

    gnum: int
    part: str
    link_no: str
    item_no: str
    gcode: str
    gname: str
    unit: str
    qty: Scaled
    currency: str
    amount: Scaled
    invoice_no: str
    invoice_line: int
    sale_state: str


class RefundClaim(Header, frozen=True):
    """A claim; the optional amounts are those of a manufacturer's VAT return."""

    ebc_code: str
    ebc_name: str
    cop_no: str
    period: str
    claim_kind: str
    business: str
    output_vat: Scaled | None
    input_vat: Scaled | None
    credit_forward: Scaled | None
    free_materials: Scaled | None
    bonded_materials: Scaled | None
    lines: tuple[RefundClaimLine, ...] = ()
