"""Pest checks: plans, samples with their reports, and the measures that officers order."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"pest-check": ("commands:pest_check", "Pest checks: plans and samples.")},
    rooms=("pest-checks",),
    tags={"pest-checks": "植物检疫抽检"},
    decided=("pest_check",),
)
