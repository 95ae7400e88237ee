"""The tables of laboratories."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint

from single_window.store.columns import big, id_column, sandbox_column, seal_column, table, text, texts

sample_order = table(
    "laboratory",
    "sample_order",
    columns=[
        id_column(),
        sandbox_column(),
        big("sample_id"),
        *texts("sample_no", "seal_no", "gcode", "laboratory", "answers", "amends"),
        big("ordered_at"),
        *texts("report_no", "verdict"),
        big("issued_at"),
        text("lines"),
        UniqueConstraint("sandbox", "sample_id", "answers", "amends", "ordered_at"),
        seal_column(),
    ],
)
