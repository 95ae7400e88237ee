"""A reconciliation of a refund ahead of sale (our own message): what has been sold of overseas stock."""

from __future__ import annotations

from msgspec import Struct

from declarations.money import Scaled


class RefundReconciliationLine(Struct, frozen=True, array_like=True, gc=False):
    """The end of one item: sold, unsold or sold in part."""

    gnum: int
    link_no: str
    item_no: str
    sold_qty: Scaled
    currency: str
    amount: Scaled
    outcome: str


class RefundReconciliation(Struct, frozen=True, array_like=True, gc=False):
    """The sales of what was refunded ahead of them."""

    guid: str
    app_type: str
    app_time: str
    ebc_code: str
    ebc_name: str
    cop_no: str
    claim_no: str
    period: str
    lines: tuple[RefundReconciliationLine, ...] = ()
