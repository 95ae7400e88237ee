"""Trace batches and their codes."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"trace-batch": ("commands:trace_batch", "Trace batches and their codes.")},
    rooms=("trace-batches",),
    tags={"trace-batches": "追溯批次"},
)
