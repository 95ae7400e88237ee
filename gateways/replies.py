"""Which fields identify a document in its receipt, and which message answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from declarations.reasons import Reason
from schemas import receipt_texts

ANSWERS = {
    "order": "312", "payment": "412", "waybill": "512", "waybill_status": "514", "inventory": "622",
    "cancellation": "624", "refund": "626", "intake": "712", "export_order": "304", "collection": "404",
    "export_waybill": "506", "arrival_note": "508", "departure_note": "510", "export_inventory": "604",
    "export_cancellation": "606", "consolidation": "608", "summary_request": "702", "export_refund": "214",
    "tally": "216", "stock_filing": "StockFilingReturn",
    "vat_invoice": "VatInvoiceReturn", "refund_claim": "RefundClaimReturn",
    "reconciliation": "RefundReconciliationReturn", "repayment": "RefundRepaymentReturn",
    "forex_report": "ForexReportReturn", "registration": "RegistrationReturn", "goods_filing": "GoodsFilingReturn",
}
"""Kind of document → code of the message that answers it."""

_COP_NO = ("copNo", "cop_no")
_PLAIN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "order": (("ebpCode", "ebp_code"), ("ebcCode", "ebc_code"), ("orderNo", "order_no")),
    "payment": (("payCode", "pay_code"), ("payTransactionId", "pay_transaction_id")),
    "waybill": (("logisticsCode", "logistics_code"), ("logisticsNo", "logistics_no")),
    "waybill_status": (("logisticsCode", "logistics_code"), ("logisticsNo", "logistics_no"),
                       ("logisticsStatus", "logistics_status")),
    "inventory": (("customsCode", "customs_code"), ("ebpCode", "ebp_code"), ("ebcCode", "ebc_code"),
                  ("agentCode", "agent_code")),
    "cancellation": (("customsCode", "customs_code"), ("agentCode", "agent_code"), ("ebpCode", "ebp_code"),
                     ("ebcCode", "ebc_code"), ("invtNo", "invt_no")),
    "refund": (("customsCode", "customs_code"), ("agentCode", "agent_code"), ("ebpCode", "ebp_code"),
               ("ebcCode", "ebc_code"), ("invtNo", "invt_no")),
    "intake": (("customsCode", "customs_code"), ("operatorCode", "operator_code")),
    "stock_filing": (("customsCode", "customs_code"), ("areaCode", "area_code"), ("emsNo", "ems_no")),
    "export_order": (("ebpCode", "ebp_code"), ("ebcCode", "ebc_code"), ("orderNo", "order_no")),
    "collection": (("ebcCode", "ebc_code"), ("orderNo", "order_no"), ("payNo", "pay_no")),
    "export_waybill": (("logisticsCode", "logistics_code"), ("logisticsNo", "logistics_no")),
    "arrival_note": (("operatorCode", "operator_code"), ("logisticsCode", "logistics_code"), ("billNo", "bill_no"),
                     ("msgSeqNo", "msg_seq_no")),
    "departure_note": (("logisticsCode", "logistics_code"), ("msgSeqNo", "msg_seq_no")),
    "export_inventory": (("agentCode", "agent_code"), ("invtNo", "invt_no"), ("ebcCode", "ebc_code"),
                         ("ebpCode", "ebp_code"), ("orderNo", "order_no"), ("statisticsFlag", "statistics_flag")),
    "export_cancellation": (("agentCode", "agent_code"), ("invtNo", "invt_no")),
    "consolidation": (("agentCode", "agent_code"), ("logisticsCode", "logistics_code"), ("billNo", "bill_no"),
                      ("msgSeqNo", "msg_seq_no")),
    "summary_request": (("agentCode", "agent_code"), ("ebcCode", "ebc_code"), ("msgSeqNo", "msg_seq_no")),
    "export_refund": (("ebpCode", "ebp_code"), ("ebcCode", "ebc_code"), ("agentCode", "agent_code"),
                      ("invtNo", "invt_no")),
    "tally": (("operatorCode", "operator_code"), ("logisticsCode", "logistics_code"),
              ("logisticsNo", "logistics_no")),
    "vat_invoice": (("ebcCode", "ebc_code"), ("invoiceNo", "invoice_no")),
    "refund_claim": (("ebcCode", "ebc_code"), _COP_NO, ("period", "period")),
    "reconciliation": (("ebcCode", "ebc_code"), _COP_NO, ("claimNo", "claim_no")),
    "repayment": (("ebcCode", "ebc_code"), _COP_NO),
    "forex_report": (("reporterCode", "reporter_code"), _COP_NO, ("ebcCode", "ebc_code")),
    "registration": (("code", "code"),),
    "goods_filing": (("ebcCode", "ebc_code"), _COP_NO),
}
CONCLUDED = frozenset({"export_waybill", "arrival_note", "departure_note", "consolidation", "tally", "summary_request"})
"""Kinds whose receipts list 399 for what customs has taken in, and not (608: in words only) 120."""


def taken_in(kind: str) -> tuple[str, Reason]:
    """Status and words of customs' answer about a document of this kind that it takes in."""
    return ("399", Reason("2300.taken", {})) if kind in CONCLUDED else ("120", Reason("1800", {}))


def together(reasons: Sequence[Reason]) -> Reason:
    """All reasons of an agency in one, each with its code, as far as a receipt has room; a single one says its own."""
    if len(reasons) == 1 and receipt_texts.return_status(reasons[0].rule):
        return reasons[0]
    return Reason("refusals", {f"reasons_{language}": ";".join([_coded(one, language) for one in reasons])
                               for language in ("zh", "en")})


def _coded(reason: Reason, language: str) -> str:
    words = receipt_texts.words(reason.rule, reason.values, language)
    return words if words.startswith("[Code:") else f"[Code:{reason.rule.partition('.')[0]};Desc:{words}]"


NUMBERED = frozenset({
    "inventory", "cancellation", "refund", "intake", "stock_filing", "arrival_note", "departure_note",
    "export_inventory", "export_cancellation", "consolidation", "summary_request", "export_refund", "tally"})
"""Kinds that carry the sender's own number and get one from the port (copNo, preNo)."""
_OWN_NUMBER = {"export_refund": ("coElNo", "co_el_no"), "tally": ("coElNo", "co_el_no")}
"""What these kinds call the sender's own number; the others call it copNo."""


def own_number(kind: str) -> str:
    """The element that carries the sender's own number of a kind in `NUMBERED`: "copNo", or "coElNo"."""
    return _OWN_NUMBER.get(kind, _COP_NO)[0]


def identify(kind: str, document: Any, port_no: str = "") -> dict[str, str]:
    """The identifying fields of a document's receipt, by wire name. Without a copNo the port's number stands in.

    A field may be empty that the receipt must have, as the invtNo of a list before it has one: it is written empty.
    """
    fields = {wire: str(getattr(document, name)) for wire, name in _PLAIN[kind]}
    if kind in NUMBERED:
        wire, name = _OWN_NUMBER.get(kind, _COP_NO)
        fields[wire] = getattr(document, name) or port_no
        if kind != "stock_filing":
            fields["preNo"] = port_no
    if kind in {"cancellation", "refund"} and len(fields["invtNo"]) != 18:
        del fields["invtNo"]
    return fields
