"""Open data: versions of months for officers, and the public catalogue with its files."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"open-data": ("commands:open_data", "Open data: versions of months, what is closed, files.")},
    rooms=("open-data",),
    tags={"open data": "公共数据"},
    decided=("open_data_month",),
)
