"""Summaries of exports: requests and their results, months with waiting lists, the summary of a list."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "summary": (
            "commands:summary",
            "Summaries: closed export lists of a month, merged into declarations on request (701).",
        )
    },
    rooms=("summaries",),
)
