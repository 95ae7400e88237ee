"""Guarantees: what was lodged and what bills take of it; changing an amount is a decision."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    decided=("guarantee",),
)
