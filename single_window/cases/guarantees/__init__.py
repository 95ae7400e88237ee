"""Guarantees for tax bills; changing the amount of one is a decision."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(decided=("guarantee",))
