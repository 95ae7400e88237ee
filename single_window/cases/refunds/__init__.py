"""Refunds as people see them: claims and what stands behind them, explained; what an officer decides; drafts."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "refund": (
            "commands:refund",
            "Refund claims: listed, shown, explained number by number, decided, and drafts of what a company "
            "would send.",
        ),
    },
    rooms=(
        "refund-exports",
        "refunds",
    ),
    decided=("refund_claim",),
)
