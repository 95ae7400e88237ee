"""A reconciliation of a refund ahead of sale (our own message): sales of overseas stock."""

from __future__ import annotations

from declarations.documents.header import Facts, Header
from declarations.money import Scaled


class RefundReconciliationLine(Facts, frozen=True):
    """The outcome of one item: sold, unsold or partly sold."""

    gnum: int
    link_no: str
    item_no: str
    sold_qty: Scaled
    currency: str
    amount: Scaled
    outcome: str


class RefundReconciliation(Header, frozen=True):
    """The sales of goods refunded ahead of sale."""

    ebc_code: str
    ebc_name: str
    cop_no: str
    claim_no: str
    period: str
    lines: tuple[RefundReconciliationLine, ...] = ()
