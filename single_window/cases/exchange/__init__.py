"""Foreign exchange as people see it: reports and what came of them, what a bank's officer decides, the directory."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "forex": (
            "commands:forex",
            "Foreign exchange: what banks and payment institutions report, and what is decided about it.",
        ),
    },
    rooms=("forex",),
    decided=("forex_report",),
)
