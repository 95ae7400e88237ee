"""The console's pages of filing documents: the list, waiting ones first; the documents of one claim."""

from __future__ import annotations

from single_window.cases.filing_documents.decisions import FILING_DECISION
from single_window.cases.filing_documents.queries import FILING_CASE_READER, FILING_ROWS
from single_window.cases.own_pages import case_pages

register, FILING_LIST, FILING_CASE_PAGE, FILING_DECISION_PAGE = case_pages(
    FILING_CASE_READER,
    FILING_DECISION,
    "filing-documents",
    "filing_case",
    waiting=FILING_ROWS.waiting,
    number=lambda case: case.case_no,
    number_of_subject=lambda subject: subject.label,
)
