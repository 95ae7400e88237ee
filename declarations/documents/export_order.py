"""The export order (CEB303) as rules read it."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader
from declarations.money import Scaled


class ExportOrderLine(Facts, frozen=True):
    """One item of an export order."""

    gnum: int
    item_no: str
    item_name: str
    item_describe: str
    bar_code: str
    unit: str
    currency: str
    qty: Scaled
    price: Scaled
    total_price: Scaled


class ExportOrder(StagedHeader, frozen=True):
    """An order sold abroad on a platform.

    `order_type`: E to consumers, B to companies, W booked into a warehouse abroad.
    """

    order_type: str
    order_no: str
    ebp_code: str
    ebp_name: str
    ebc_code: str
    ebc_name: str
    goods_value: Scaled
    freight: Scaled
    currency: str
    lines: tuple[ExportOrderLine, ...] = ()
