"""Proposals: decisions that wait for approval by a second officer."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "proposal": ("commands:proposal", "Decisions that a second person must approve before they are carried out.")
    },
    rooms=("proposals",),
    decided=("proposal",),
)
