"""A purchase paper (our own message): a VAT invoice, a payment certificate or a voucher of goods for export."""

from __future__ import annotations

from declarations.documents.header import Facts, Header
from declarations.money import Scaled


class VatInvoiceLine(Facts, frozen=True):
    """A line of purchased goods, and their levy rate."""

    gnum: int
    gcode: str
    gname: str
    unit: str
    qty: Scaled
    amount: Scaled
    tax_rate: Scaled
    tax: Scaled


class VatInvoice(Header, frozen=True):
    """A VAT invoice that a merchant files; `usage` 1: confirmed for export refund."""

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
