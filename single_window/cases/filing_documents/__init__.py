"""Filing documents (备案单证) of refund claims: their index, what it lacks, officers' decisions."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"filing": ("answers:FILING_KIND", "Filing documents of refund claims.")},
    rooms=("filing-documents",),
    tags={"filing documents": "备案单证"},
    decided=("filing_case",),
)
