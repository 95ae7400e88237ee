"""Recalls: what is held, what was sold, where it went, and what officers decide about it."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"recall": ("commands:recall", "Recalls: what was held and sold, and where it went.")},
    rooms=("recalls",),
    tags={"recalls": "召回"},
    decided=("recall",),
)
