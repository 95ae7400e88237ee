"""Dated values in force in a sandbox; changing a changeable one is a decision."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "parameters": (
            "commands:parameters",
            "Dated values: limits, rates and windows with their legal sources, and values of the sandbox.",
        )
    },
    rooms=("parameters",),
    decided=("parameter",),
)
