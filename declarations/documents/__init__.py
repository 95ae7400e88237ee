"""The facts of documents that rules read: one frozen struct for each kind, with amounts as scaled integers.

`DOCUMENTS` maps kinds to classes; the class of a kind that no rule reads is made from the catalogue. `extract` converts
the texts of a message to facts; `pack` and `unpack` convert facts for the store.
"""

from __future__ import annotations

from declarations.documents.arrival_note import ArrivalNote, ArrivalNoteLine
from declarations.documents.cancellation import Cancellation
from declarations.documents.collection import Collection
from declarations.documents.consolidation import Consolidation, ConsolidationLine
from declarations.documents.departure_note import DepartureNote, DepartureNoteLine
from declarations.documents.export_cancellation import ExportCancellation
from declarations.documents.export_inventory import ExportInventory, ExportInventoryLine
from declarations.documents.export_order import ExportOrder, ExportOrderLine
from declarations.documents.export_refund import ExportRefund, ExportRefundLine
from declarations.documents.export_waybill import ExportWaybill
from declarations.documents.extraction import Document, extract, pack, unpack
from declarations.documents.filing_index import FilingIndex, FilingIndexLine
from declarations.documents.forex_report import ForexReport, ForexReportLine
from declarations.documents.goods_filing import GoodsFiling, GoodsFilingLine
from declarations.documents.intake import Intake, IntakeLine
from declarations.documents.inventory import Inventory, InventoryLine
from declarations.documents.order import Order, OrderLine
from declarations.documents.payment import Payment
from declarations.documents.plain import plain_document
from declarations.documents.reconciliation import RefundReconciliation, RefundReconciliationLine
from declarations.documents.refund import Refund, RefundLine
from declarations.documents.refund_claim import RefundClaim, RefundClaimLine
from declarations.documents.registration import Registration
from declarations.documents.repayment import RefundRepayment, RefundRepaymentLine
from declarations.documents.stock_filing import StockFiling, StockFilingLine
from declarations.documents.summary_request import SummaryRequest, SummaryRequestLine
from declarations.documents.tally import ReturnTally
from declarations.documents.vat_invoice import VatInvoice, VatInvoiceLine
from declarations.documents.waybill import Waybill
from declarations.documents.waybill_status import WaybillStatus
from schemas import catalogue

_READ_BY_RULES: dict[str, type[Document]] = {
    "order": Order,
    "payment": Payment,
    "waybill": Waybill,
    "waybill_status": WaybillStatus,
    "inventory": Inventory,
    "cancellation": Cancellation,
    "refund": Refund,
    "intake": Intake,
    "export_order": ExportOrder,
    "collection": Collection,
    "export_waybill": ExportWaybill,
    "arrival_note": ArrivalNote,
    "departure_note": DepartureNote,
    "export_inventory": ExportInventory,
    "export_cancellation": ExportCancellation,
    "consolidation": Consolidation,
    "summary_request": SummaryRequest,
    "export_refund": ExportRefund,
    "tally": ReturnTally,
    "stock_filing": StockFiling,
    "vat_invoice": VatInvoice,
    "refund_claim": RefundClaim,
    "reconciliation": RefundReconciliation,
    "repayment": RefundRepayment,
    "filing_index": FilingIndex,
    "forex_report": ForexReport,
    "registration": Registration,
    "goods_filing": GoodsFiling,
}
DOCUMENTS: dict[str, type[Document]] = _READ_BY_RULES | {
    kind: plain_document(catalogue.by_kind(kind)) for kind in catalogue.handled() if kind not in _READ_BY_RULES
}

__all__ = [
    "DOCUMENTS",
    "ArrivalNote",
    "ArrivalNoteLine",
    "Cancellation",
    "Collection",
    "Consolidation",
    "ConsolidationLine",
    "DepartureNote",
    "DepartureNoteLine",
    "Document",
    "ExportCancellation",
    "ExportInventory",
    "ExportInventoryLine",
    "ExportOrder",
    "ExportOrderLine",
    "ExportRefund",
    "ExportRefundLine",
    "ExportWaybill",
    "FilingIndex",
    "FilingIndexLine",
    "ForexReport",
    "ForexReportLine",
    "GoodsFiling",
    "GoodsFilingLine",
    "Intake",
    "IntakeLine",
    "Inventory",
    "InventoryLine",
    "Order",
    "OrderLine",
    "Payment",
    "Refund",
    "RefundClaim",
    "RefundClaimLine",
    "RefundLine",
    "RefundReconciliation",
    "RefundReconciliationLine",
    "RefundRepayment",
    "RefundRepaymentLine",
    "Registration",
    "ReturnTally",
    "StockFiling",
    "StockFilingLine",
    "SummaryRequest",
    "SummaryRequestLine",
    "VatInvoice",
    "VatInvoiceLine",
    "Waybill",
    "WaybillStatus",
    "extract",
    "pack",
    "unpack",
]
