"""The console's pages of cases of commerce: the list, waiting ones first; one case with licence or month. In the
navigation only where the sandbox opted in."""

from __future__ import annotations

from single_window.cases.commerce.decisions import COMMERCE_DECISION
from single_window.cases.commerce.queries import COMMERCE_CASE_READER, COMMERCE_ROWS
from single_window.cases.own_pages import case_pages

register, COMMERCE_LIST, COMMERCE_CASE_PAGE, COMMERCE_DECISION_PAGE = case_pages(
    COMMERCE_CASE_READER,
    COMMERCE_DECISION,
    "commerce",
    "commerce_case",
    waiting=COMMERCE_ROWS.waiting,
    number=lambda case: case.case_no,
    number_of_subject=lambda subject: subject.label,
    opted=lambda options: options.commerce != "off",
)
