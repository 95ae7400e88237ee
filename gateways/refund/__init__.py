"""The refund desk of the tax office: purchase invoices, claims, review, payment, reconciliation and repayment."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="refund",
    zh="退税",
    en="the refund desk",
    order=4,
    files=("officers.toml", "words.toml"),
    subjects={"refund_claim": "refund_claim", "filing_case": "filing_case"},
    lives=("vat_invoice", "refund_claim", "paper", "filing_case"),
    parameters={"refund": ("refund",)},
)
