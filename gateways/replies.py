"""Which fields identify a document in its receipt, and which message answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ANSWERS = {
    "order": "312", "payment": "412", "waybill": "512", "waybill_status": "514", "inventory": "622",
    "cancellation": "624", "refund": "626", "intake": "712", "stock_filing": "StockFilingReturn",
}
"""Kind of document → code of the message that answers it."""

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
}
NUMBERED = frozenset({"inventory", "cancellation", "refund", "intake", "stock_filing"})
"""Kinds that carry the sender's own number and get one from the port (copNo, preNo)."""


def identify(kind: str, document: Any, port_no: str = "") -> dict[str, str]:
    """The identifying fields of a document's receipt, by wire name. Without a copNo the port's number stands in."""
    fields = {wire: getattr(document, name) for wire, name in _PLAIN[kind]}
    if kind in NUMBERED:
        fields["copNo"] = document.cop_no or port_no
        if kind != "stock_filing":
            fields["preNo"] = port_no
    if kind in {"cancellation", "refund"} and len(fields["invtNo"]) != 18:
        del fields["invtNo"]
    return fields
