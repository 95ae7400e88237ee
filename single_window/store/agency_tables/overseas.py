"""The tables of stock abroad, and what a case of it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint

from single_window.store.columns import (
    big,
    bigs,
    case_columns,
    file_columns,
    id_column,
    index,
    integer,
    sandbox_column,
    seal_column,
    table,
    text,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept, NumberedRows

if TYPE_CHECKING:
    from gateways.overseas.repository import OverseasCase

overseas_file = table("overseas", "overseas_file", columns=[*file_columns(), seal_column()], sqlite_with_rowid=False)
overseas_notice = table(
    "overseas",
    "overseas_notice",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("key", "ebc_code", "warehouse_code", "country", "notice_no"),
        integer("part"),
        integer("parts"),
        text("digest"),
        *bigs("as_of", "recorded_at", "lines", "document_id", "cancelled_by"),
        UniqueConstraint("sandbox", "key"),
        seal_column(),
    ],
)
index(overseas_notice, "ebc_code", "sandbox", "ebc_code", "warehouse_code")
index(overseas_notice, "notice_no", "sandbox", "notice_no")
overseas_move = table(
    "overseas",
    "overseas_move",
    columns=[
        id_column(),
        sandbox_column(),
        big("notice_id"),
        integer("line"),
        *texts("ebc_code", "warehouse_code", "country", "event"),
        big("at"),
        *texts("told", "day"),
        big("recorded_at"),
        *texts("sku", "lot"),
        big("qty"),
        *texts("unit", "condition", "ref", "to_warehouse", "item_no"),
        big("price"),
        text("currency"),
        big("vat"),
        integer("tax_included"),
        *texts("tax_by", "voucher_no"),
        big("double_of"),
        integer("uncounted"),
        *texts("asked", "notice_no"),
        big("undone_by"),
        seal_column(),
    ],
)
index(overseas_move, "sku", "sandbox", "ebc_code", "sku")
index(overseas_move, "unproved", "sandbox", "ebc_code", "day", where="event = 'S' AND voucher_no = '' AND asked = ''")
index(overseas_move, "ref", "sandbox", "ebc_code", "ref", where="ref <> ''")
index(overseas_move, "asked", "sandbox", "asked", where="asked <> ''")
index(overseas_move, "notice_id", "notice_id")
overseas_stock = table(
    "overseas",
    "overseas_stock",
    columns=[
        sandbox_column(True),
        text_key("key", 120),
        *texts("ebc_code", "warehouse_code", "country", "sku", "lot", "unit"),
        *bigs("received", "sold", "returned", "transferred", "adjusted", "destroyed", "sent_back"),
        *bigs("on_hand", "damaged", "last_at"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
index(overseas_stock, "ebc_code", "sandbox", "ebc_code")
overseas_case = table(
    "overseas",
    "overseas_case",
    columns=[*case_columns("ebc_code", "warehouse_code", "sku", "day", "due"), seal_column()],
)
index(overseas_case, "case_no", "sandbox", "case_no", unique=True)
index(overseas_case, "ebc_code", "sandbox", "ebc_code")
index(overseas_case, "state", "sandbox", "state")


def _case(
    case: OverseasCase,
) -> dict[str, Any]:
    return {
        "kind": "overseas_case",
        "flow": "E",
        "number": case.case_no,
        "order_no": case.case_no,
        "company": case.ebc_code,
        "goods": case.sku,
        "terms": f"{case.warehouse_code} {case.sku}",
    }


SUBJECTS = {"overseas_case": Kept(overseas_case, _case)}
NUMBERED = (NumberedRows("overseas_case", overseas_case, "case_no", "caseNo", "sku", "ebc_code"),)
