"""The words for documents in scenario files, and the message types that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

from schemas import catalogue

LIST_WORD = "list"
IMPORT_DOCUMENTS = ("order", "payment", "waybill", LIST_WORD)
EXPORT_DOCUMENTS = ("order", "collection", "waybill", LIST_WORD)
DOCUMENT_GROUPS: Mapping[str, str] = {
    "documents": "every document of the trade, in its usual order",
    "everything": "the same, and then what the trade's fault sends afterwards",
    "afterwards": "only what the trade's fault sends afterwards",
}
"""Words for several documents."""
TEXT_WORD, ORDERS = "text", "orders"
"""Words that are no document of a trade: any text."""
MESSAGE_TYPES: Mapping[str, Mapping[str, str]] = {
    "import": {
        "order": "311",
        "payment": "411",
        "waybill": "511",
        LIST_WORD: "621",
        "cancellation": "623",
        "return": "625",
        "partial return": "625",
        "delivery": "513",
        "arrival": "711",
    },
    "export": {
        "order": "303",
        "collection": "403",
        "waybill": "505",
        LIST_WORD: "603",
        "cancellation": "605",
        "consolidation": "607",
        "arrival": "507",
        "departure": "509",
        "return": "213",
        "second return": "213",
        "tally": "215",
        "summary": "701",
        "registration": "Registration",
        "invoice": "VatInvoice",
        "exchange report": "ForexReport",
        "claim": "RefundClaim",
        "reconciliation": "RefundReconciliation",
        "repayment": "RefundRepayment",
    },
}
"""The documents that can be sent, by flow, with their message types."""
RECEIPT_TYPES: Mapping[str, Mapping[str, str]] = {
    "import": {
        "order": "312",
        "payment": "412",
        "waybill": "512",
        LIST_WORD: "622",
        "cancellation": "624",
        "return": "626",
        "delivery": "514",
        "arrival": "712",
        "tax bill": "816",
        "tax payment": "818",
        "message": "900",
    },
    "export": {
        "order": "304",
        "collection": "404",
        "waybill": "506",
        LIST_WORD: "604",
        "cancellation": "606",
        "consolidation": "608",
        "arrival": "508",
        "departure": "510",
        "return": "214",
        "tally": "216",
        "summary": "702",
        "summary declaration": "792",
        "message": "900",
        "registration": "RegistrationReturn",
        "invoice": "VatInvoiceReturn",
        "exchange report": "ForexReportReturn",
        "claim": "RefundClaimReturn",
        "tax notice": "RefundNotice",
        "reconciliation": "RefundReconciliationReturn",
        "repayment": "RefundRepaymentReturn",
    },
}
"""The documents whose receipts can be expected, by flow, with the receipt types."""
TRANSPORT_NOTES = frozenset({"consolidation", "arrival", "departure"})
"""Documents about many parcels at once."""
PARTIES = ("merchant", "platform", "payment_provider", "carrier", "agent", "warehouse")
"""The companies of a trade that send messages about no document of it."""
LABORATORIES = ("QDLAB01", "QDLAB02", "QDLAB03")
"""Laboratories that send reports, each from its own mailbox, with which a step registers it first."""
GENERATOR_KINDS: Mapping[str, str] = {LIST_WORD: "inventory"}
"""Word in scenario files → kind of document in the generator, where they differ."""


def further_messages() -> frozenset[str]:
    """The codes of our own messages that are about no document of a trade: a step names one, and says all of it."""
    with_words = {code for codes in MESSAGE_TYPES.values() for code in codes.values()}
    sent = (entry.code for entry in catalogue.entries() if entry.handling is not None)
    return frozenset(code for code in sent if not code.isdigit() and code not in with_words)


def further_receipts() -> Mapping[str, str]:
    """The receipts to expect of our own messages that are about no document of a trade, by code: the receipts of those
    that a step sends, and the notices that an agency sends by itself → the types of what comes."""
    with_words = {code for codes in RECEIPT_TYPES.values() for code in codes.values()}
    sent = {code: str(catalogue.by_code(code).answered_by) for code in further_messages()}
    notices = {entry.code: entry.code for entry in catalogue.entries() if entry.notice and entry.code not in with_words}
    return {**sent, **notices}
