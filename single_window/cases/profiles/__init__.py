"""Risk profiles: rules that draw lists for inspection or review; drafted, previewed, and put in force by two."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "profile": (
            "commands:profile",
            "Risk profiles: rules that draw a share of the lists that meet them for inspection or review.",
        )
    },
    rooms=("profiles",),
    tags={"profiles": "风险布控"},
    decided=("risk_profile",),
)
