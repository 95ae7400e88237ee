"""The console's pages of parcels to and from Korea: the list, waiting ones first; one parcel beside our list of it. In
the navigation only where the sandbox has Korea's customs."""

from __future__ import annotations

from single_window.cases.korea.decisions import KOREA_DECISION
from single_window.cases.korea.queries import KOREA_READER, KOREA_ROWS
from single_window.cases.own_pages import case_pages

register, KOREA_LIST, KOREA_PAGE, KOREA_DECISION_PAGE = case_pages(
    KOREA_READER,
    KOREA_DECISION,
    "korea",
    "korea_parcel",
    waiting=KOREA_ROWS.waiting,
    number=lambda parcel: parcel.parcel_no,
    number_of_subject=lambda subject: subject.label,
    opted=lambda options: options.korea == "on",
)
