"""The table of envelopes that participants chose for their receipts."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from single_window.store.columns import metadata, sandbox_column, text

chosen_envelope = Table(
    "chosen_envelope",
    metadata,
    sandbox_column(True),
    Column("dxp_id", String(30), primary_key=True),
    Column("way", String(10), primary_key=True),
    text("envelope"),
)
