"""Batches: requests to change them, their state, and the recalculation of their samples."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"batch": ("commands:batch", "Batches: lists that are declared, drawn, inspected and released together.")},
    rooms=("batches",),
    decided=("batch",),
)
