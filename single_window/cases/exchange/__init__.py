"""Foreign exchange: reports and their outcomes, the decisions of a bank's officer, the directory of enterprises."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "forex": (
            "commands:forex",
            "Foreign exchange: reports of banks and payment institutions, and the decisions on them.",
        )
    },
    rooms=("forex",),
    tags={"forex": "外汇收支"},
    decided=("forex_report",),
)
