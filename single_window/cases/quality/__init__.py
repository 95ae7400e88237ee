"""Quality: closed cases that are drawn at random and decided again by a second officer, blind; and what came of it."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "quality": (
            "commands:quality",
            "Quality: closed cases that are drawn by a secret and decided again by a second officer, blind.",
        )
    },
    rooms=("quality",),
    tags={"quality": "质量复查"},
    decided=("quality_check",),
)
