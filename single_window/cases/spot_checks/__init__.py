"""Spot checks: plans, samples with their laboratory reports, and the measures that officers order."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"spot-check": ("commands:spot_check", "Quality and safety spot checks: plans, samples, redraws.")},
    rooms=("spot-checks", "public"),
    tags={"spot-checks": "质量安全抽查"},
    decided=("spot_check",),
)
