"""Stock abroad: books what warehouses abroad tell (9810), asks for evidence of sales, drafts reconciliations."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="overseas",
    zh="海外仓",
    en="stock abroad",
    order=12,
    files=("officers.toml", "words.toml"),
    subjects={"overseas_case": "overseas_case"},
    lives=("overseas_case",),
    parameters={"refund": ("overseas",)},
)
