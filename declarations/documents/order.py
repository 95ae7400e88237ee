"""The import order (CEB311) as rules read it."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader
from declarations.money import Scaled


class OrderLine(Facts, frozen=True):
    """One item of an order."""

    gnum: int
    item_no: str
    item_name: str
    gmodel: str
    unit: str
    qty: Scaled
    price: Scaled
    total_price: Scaled
    country: str


class Order(StagedHeader, frozen=True):
    """A buyer's order on a platform. `actual_paid`, the amount really paid, is `acturalPaid` on the wire."""

    order_no: str
    ebp_code: str
    ebp_name: str
    ebc_code: str
    ebc_name: str
    goods_value: Scaled
    freight: Scaled
    discount: Scaled
    tax_total: Scaled
    actual_paid: Scaled
    buyer_name: str
    buyer_telephone: str
    buyer_id_type: str
    buyer_id_number: str
    pay_code: str
    pay_name: str
    pay_transaction_id: str
    lines: tuple[OrderLine, ...] = ()
