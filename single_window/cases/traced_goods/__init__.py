"""The public pages of traced goods, by trace code or GS1 Digital Link."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder()
