"""Risk profiles: rules that draw lists for inspection or review; drafted, previewed, and put in force by two."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(decided=("risk_profile",))
