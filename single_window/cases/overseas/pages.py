"""The console's pages of cases of stock abroad: the list, waiting ones first; one case with the way of its goods."""

from __future__ import annotations

from single_window.cases.overseas.decisions import OVERSEAS_DECISION
from single_window.cases.overseas.queries import OVERSEAS_CASE_READER, OVERSEAS_ROWS
from single_window.cases.own_pages import case_pages

register, OVERSEAS_LIST, OVERSEAS_CASE_PAGE, OVERSEAS_DECISION_PAGE = case_pages(
    OVERSEAS_CASE_READER,
    OVERSEAS_DECISION,
    "overseas",
    "overseas_case",
    waiting=OVERSEAS_ROWS.waiting,
    number=lambda case: case.case_no,
    number_of_subject=lambda subject: subject.label,
)
