"""Purchase papers (our own message), which prove the tax paid on goods that are bought for export."""

from __future__ import annotations

from declarations.documents.header import Facts, Header
from declarations.money import Scaled


class VatInvoiceLine(Facts, frozen=True):
    """A line of purchased goods; `tax_rate`: their levy rate (征税率)."""

    gnum: int
    gcode: str
    gname: str
    unit: str
    qty: Scaled
    amount: Scaled
    tax_rate: Scaled
    tax: Scaled


class VatInvoice(Header, frozen=True):
    """A purchase paper that a merchant files: a VAT invoice or, by `invoice_kind`, what may replace it. `usage` 1:
    confirmed for export refund."""

    ebc_code: str
    ebc_name: str
    invoice_no: str
    invoice_kind: str
    invoice_date: str
    seller_code: str
    seller_name: str
    contract_no: str
    usage: str
    lines: tuple[VatInvoiceLine, ...] = ()
