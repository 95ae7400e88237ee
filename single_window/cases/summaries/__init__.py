"""Summaries as people see them: requests and what came of them, months and the lists that wait, where a list stands."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "summary": (
            "commands:summary",
            "Summaries: closed export lists of a month, merged into declarations on request (701).",
        ),
    },
    rooms=("summaries",),
)
