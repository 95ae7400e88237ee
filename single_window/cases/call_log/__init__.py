"""Calls of participants 调用记录: what was asked and answered, and whether a call was made so often."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(rooms=("calls",))
