"""Refund claims: their explanation, an officer's decisions about them, drafts of messages."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "refund": (
            "commands:refund",
            "Refund claims: listed, shown, explained with every amount, and drafts of what a company would send.",
        )
    },
    rooms=("refund-exports", "refunds"),
    decided=("refund_claim",),
)
