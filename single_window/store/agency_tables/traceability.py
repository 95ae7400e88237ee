"""The tables of traceability: trace batches and their codes, recalls and what became of parcels; what a case of them
shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint

from single_window.store.columns import (
    big,
    bigs,
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
    from gateways.traceability.repository import Recall

trace_batch = table(
    "traceability",
    "trace_batch",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("batch_no", "key", "state", "ebc_code", "cop_no"),
        *texts("goods_kind", "lot", "origin"),
        *texts("produced_day", "expiry_day"),
        big("qty"),
        *texts("unit", "precision"),
        big("registered_at"),
        *texts("gtin", "item_no", "gname", "gcode", "ems_no", "item_record_no"),
        integer("codes"),
        *texts("recall_agent", "recall_no"),
        integer("version", 1),
        UniqueConstraint("sandbox", "key"),
        seal_column(),
    ],
)
index(trace_batch, "batch_no", "sandbox", "batch_no", unique=True)
index(trace_batch, "lot", "sandbox", "lot")
index(trace_batch, "book", "sandbox", "ems_no", "item_record_no")
index(trace_batch, "gtin", "sandbox", "gtin", where="gtin <> ''")
index(trace_batch, "company", "sandbox", "ebc_code", "id")
trace_code = table(
    "traceability",
    "trace_code",
    columns=[
        sandbox_column(True),
        text_key("code", 14),
        big("batch_id"),
        integer("serial"),
        big("issued_at"),
    ],
    sqlite_with_rowid=False,
)
"""Codes of lots (`serial` 0) and of items."""
index(trace_code, "batch", "batch_id", "serial")
trace_lookup = table(
    "window",
    "trace_lookup",
    columns=[
        sandbox_column(True),
        text_key("code", 14),
        integer("looked_up"),
        *bigs("first_looked_up", "last_looked_up"),
    ],
    sqlite_with_rowid=False,
)
"""Codes that somebody looked up: how often, when for the first and for the last time."""
index(trace_lookup, "often", "sandbox", "looked_up")
recall = table(
    "traceability",
    "recall",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("recall_no", "state", "goods_kind", "recall_class", "ordered", "ebc_code", "hazard"),
        *bigs("start_at", "start_due", "finish_due"),
        text("law"),
        big("registered_at"),
        *texts("ebp_code", "recall_agent", "gtin", "item_no", "ems_no", "item_record_no", "lots"),
        *texts("made_from", "made_until", "remedy", "source", "opened_by", "units", "platforms"),
        *texts("precision", "gname"),
        *bigs("held_qty", "sold_qty"),
        *[integer(name) for name in ("lists", "holding", "seq")],
        *bigs("told", "back", "destroyed", "refunded", "began_at", "completed_at", "overdue_at"),
        *texts("overdue_kind", "reasons"),
        integer("version", 1),
        text("booked_out"),
        UniqueConstraint("sandbox", "recall_no"),
        seal_column(),
    ],
)
index(recall, "state", "sandbox", "state")
recall_parcel = table(
    "traceability",
    "recall_parcel",
    columns=[
        sandbox_column(True),
        id_column("recall_id"),
        text_key("invt_no", 20),
        *bigs("back", "destroyed", "refunded"),
        integer("seq"),
        big("at"),
    ],
    sqlite_with_rowid=False,
)


def _case(recalled: Recall) -> dict[str, Any]:
    return {
        "kind": "recall",
        "flow": "I",
        "number": recalled.recall_no,
        "order_no": "",
        "company": recalled.ebc_code,
        "goods": recalled.gname or recalled.gtin or recalled.item_no,
        "terms": f"{recalled.gtin} {recalled.item_no} {recalled.ems_no} {recalled.item_record_no} {recalled.ebp_code}",
    }


SUBJECTS = {"recall": Kept(recall, _case)}
NUMBERED = (
    NumberedRows("trace_batch", trace_batch, "batch_no", "traceCode", "gname", "ebc_code"),
    NumberedRows("recall", recall, "recall_no", "recallNo", "gname", "ebc_code"),
)
