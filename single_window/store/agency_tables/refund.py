"""The tables of the refund desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint

from single_window.store.columns import (
    big,
    bigs,
    id_column,
    index,
    integer,
    number_key,
    sandbox_column,
    seal_column,
    table,
    text,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept, NumberedRows

if TYPE_CHECKING:
    from gateways.refund.filing_case import FilingCase

vat_invoice = table(
    "refund",
    "vat_invoice",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("key", "invoice_no", "state"),
        integer("version", 1),
        *texts("ebc_code", "kind", "usage", "issued_on", "seller_code", "seller_name", "contract_no"),
        *bigs("amount", "tax"),
        text("mailboxes"),
        big("document_id"),
        integer("document_version", 1),
        text("reasons"),
        *bigs("filed_at", "last_return"),
        UniqueConstraint("sandbox", "key"),
        seal_column(),
    ],
)
index(vat_invoice, "number", "sandbox", "invoice_no", where="state IN ('accepted', 'used')", unique=True)
vat_invoice_line = table(
    "refund",
    "vat_invoice_line",
    columns=[
        id_column("invoice_id"),
        number_key("number"),
        sandbox_column(),
        *texts("gcode", "gname", "unit"),
        *bigs("qty", "amount", "tax_rate", "tax", "used", "used_amount"),
    ],
    sqlite_with_rowid=False,
)
refund_claim = table(
    "refund",
    "refund_claim",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("key", "cop_no", "state"),
        integer("version", 1),
        *texts("ebc_code", "kind", "business", "period"),
        big("firm_class"),
        text("stage"),
        *bigs("lines", "fob", "refund", "credited", "carry", "cost"),
        *bigs("domestic_vat", "set_off", "paid", "recovered"),
        *texts("working", "conditions", "reasons", "mailboxes"),
        big("document_id"),
        integer("document_version", 1),
        *bigs("filed_at", "due"),
        integer("provisional"),
        *bigs("decided_at", "paid_at"),
        *texts("exchange", "pools", "exchange_due", "reconcile_from", "reconcile_until"),
        big("last_return"),
        UniqueConstraint("sandbox", "key"),
        seal_column(),
    ],
)
index(refund_claim, "ebc_code", "sandbox", "ebc_code")
index(refund_claim, "state", "sandbox", "state")
refund_line = table(
    "refund",
    "refund_line",
    columns=[
        id_column("claim_id"),
        number_key("number"),
        sandbox_column(),
        *texts("part", "link_no", "item_no", "gcode", "unit"),
        *bigs("qty", "taken"),
        text("currency"),
        *bigs("fob", "base", "refund", "cost"),
        text("treatment"),
        *bigs("repaid_qty", "repaid"),
        text("sale_state"),
        big("invoice_id"),
        integer("invoice_line"),
        big("rate"),
    ],
    sqlite_with_rowid=False,
)
index(refund_line, "item_no", "sandbox", "item_no", where="item_no <> ''")
export_item = table(
    "refund",
    "export_item",
    columns=[
        sandbox_column(True),
        text_key("item_no", 24),
        *texts("ebc_code", "trade_mode", "exported_on", "gcode", "unit"),
        big("qty"),
        text("unit2"),
        big("qty2"),
        text("currency"),
        big("fob"),
        text("pool"),
        *bigs("used", "returned"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
exchange_pool = table(
    "refund",
    "exchange_pool",
    columns=[
        sandbox_column(True),
        text_key("pool", 60),
        text_key("currency", 3),
        text("ebc_code"),
        *bigs("collected", "used"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
refund_account = table(
    "refund",
    "refund_account",
    columns=[
        sandbox_column(True),
        text_key("ebc_code", 18),
        *bigs("set_off", "carry"),
        integer("blocked"),
        big("firm_class"),
        *texts("class_since", "facts"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
refund_entry = table(
    "refund",
    "refund_entry",
    columns=[
        id_column(),
        sandbox_column(),
        big("claim_id"),
        *texts("ebc_code", "kind"),
        big("amount"),
        text("notice_no"),
        big("at"),
        text("reason"),
    ],
)
index(refund_entry, "claim_id", "claim_id")
refund_paper = table(
    "refund",
    "refund_paper",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("kind", "key", "state"),
        integer("version", 1),
        big("claim_id"),
        *texts("ebc_code", "mailboxes"),
        big("document_id"),
        integer("document_version", 1),
        *texts("invt_no", "certificate_no"),
        big("amount"),
        *texts("lines", "reasons"),
        *bigs("filed_at", "last_return"),
        UniqueConstraint("sandbox", "kind", "key"),
        seal_column(),
    ],
)
index(refund_paper, "invt_no", "sandbox", "invt_no", where="invt_no <> ''")
filing_case = table(
    "refund",
    "filing_case",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("case_no", "state"),
        integer("version", 1),
        big("claim_id"),
        *texts("claim_no", "ebc_code", "mailboxes", "claimed_on", "due", "kept_until"),
        big("opened_at"),
        *texts("index_no", "told_on", "papers"),
        integer("document_version"),
        big("ended_at"),
        *texts("decided_by", "reasons"),
        big("last_return"),
        seal_column(),
    ],
)
index(filing_case, "case_no", "sandbox", "case_no", unique=True)
index(filing_case, "claim_id", "claim_id")
index(filing_case, "claim_no", "sandbox", "claim_no")
index(filing_case, "state", "sandbox", "state")


def _case(case: FilingCase) -> dict[str, Any]:
    return {
        "kind": "filing_case",
        "flow": "E",
        "number": case.case_no,
        "order_no": case.case_no,
        "company": case.ebc_code,
        "terms": f"{case.claim_no} {case.index_no}",
    }


SUBJECTS = {"filing_case": Kept(filing_case, _case)}
NUMBERED = (NumberedRows("filing_case", filing_case, "case_no", "caseNo", "claim_no", "ebc_code"),)
