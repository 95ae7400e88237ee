"""Stock abroad (9810): what is on hand, cases of differences and evidence, drafts of reconciliations, ledgers."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"overseas": ("commands:overseas", "Stock abroad: ledgers, what is on hand, cases, drafts.")},
    rooms=("overseas",),
    tags={"overseas": "海外仓"},
    decided=("overseas_case",),
)
