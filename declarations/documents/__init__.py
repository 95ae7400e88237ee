"""The facts of each kind of document that rules read: one frozen struct a kind, amounts as scaled integers.

`DOCUMENTS` maps our word for a kind to its class. `extract` turns the texts of a message into facts,
`pack` and `unpack` carry facts to the store and back.
"""

from __future__ import annotations

from declarations.documents.cancellation import Cancellation
from declarations.documents.extraction import Document, extract, pack, unpack
from declarations.documents.intake import Intake, IntakeLine
from declarations.documents.inventory import Inventory, InventoryLine
from declarations.documents.order import Order, OrderLine
from declarations.documents.payment import Payment
from declarations.documents.refund import Refund, RefundLine
from declarations.documents.stock_filing import StockFiling, StockFilingLine
from declarations.documents.waybill import Waybill
from declarations.documents.waybill_status import WaybillStatus

DOCUMENTS: dict[str, type[Document]] = {
    "order": Order,
    "payment": Payment,
    "waybill": Waybill,
    "waybill_status": WaybillStatus,
    "inventory": Inventory,
    "cancellation": Cancellation,
    "refund": Refund,
    "intake": Intake,
    "stock_filing": StockFiling,
}

__all__ = [
    "DOCUMENTS", "Cancellation", "Document", "Intake", "IntakeLine", "Inventory", "InventoryLine", "Order",
    "OrderLine", "Payment", "Refund", "RefundLine", "StockFiling", "StockFilingLine", "Waybill", "WaybillStatus",
    "extract", "pack", "unpack",
]
