"""Batches as people see them: their requests, how a batch stands, and how its draw is computed again."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "batch": (
            "commands:batch",
            "Batches: lists that are declared, drawn, inspected and released together.",
        ),
    },
    rooms=("batches",),
    decided=("batch",),
)
