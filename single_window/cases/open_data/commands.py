"""`single-window open-data`: versions of months, and what is closed."""

from __future__ import annotations

from single_window.cases.open_data.answers import OPEN_DATA_KIND, ClosedCellOut, PublishedFileOut
from single_window.frame.commands.call import Columns
from single_window.frame.commands.cases import show_evidence
from single_window.frame.commands.rows import CommandGroup

open_data = CommandGroup("open-data")
open_data.cases(OPEN_DATA_KIND, "List versions of months, newest first.", ("", "--state draft"))
_CLOSED: Columns[ClosedCellOut] = (
    ("direction 进出口", lambda cell: cell.direction),
    ("mode 方式", lambda cell: cell.mode),
    ("partner 国别", lambda cell: cell.partner),
    ("chapter 章", lambda cell: cell.hs2),
    ("why 原因", lambda cell: cell.why),
    ("at least 至少", lambda cell: cell.low),
    ("at most 至多", lambda cell: cell.high or "∞"),
)
_FILE: Columns[PublishedFileOut] = (("file 文件", lambda file: file.address), ("sha256", lambda file: file.sha256))


_show = show_evidence(
    OPEN_DATA_KIND, lambda month: f"{month.shut}/{month.cells}", ("closed", _CLOSED), ("files", _FILE)
)
open_data.case(OPEN_DATA_KIND, "NUMBER", "Show a version by its releaseNo or id.", _show, ("OD202610-1",))
