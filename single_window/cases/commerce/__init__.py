"""Market supervision and commerce: licences as of a day, cases of the register and of pilot zones' months."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"commerce": ("commands:commerce", "Licences, months of pilot zones, and cases about either.")},
    rooms=("commerce",),
    tags={"commerce": "市场监管与商务"},
    decided=("commerce_case",),
)
