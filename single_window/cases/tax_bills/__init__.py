"""Tax bills 电子税单, and the calculation of a parcel's tax: queries, answers, calls and commands."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"tax": ("commands:tax", "Taxes: parcel tax and the tax of retail import, and the bills of it.")},
    rooms=("tax",),
)
