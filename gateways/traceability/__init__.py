"""Traceability: registers trace batches, issues trace codes, follows recalls of their goods."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="traceability",
    zh="追溯与召回",
    en="traceability",
    order=11,
    files=("officers.toml", "words.toml"),
    subjects={"recall": "recall"},
    lives=("recall", "trace_batch"),
    parameters={"risk": ("traceability",)},
    running_on=("deadline.recall",),
)
