"""The console's pages of samples: the list, waiting ones first; one sample with its decisions."""

from __future__ import annotations

from single_window.cases.own_pages import case_pages
from single_window.cases.pest_checks.decisions import PEST_CHECK_DECISION
from single_window.cases.pest_checks.queries import SAMPLE_CASES, SAMPLE_ROWS

register, PEST_CHECK_LIST, PEST_CHECK_CASE_PAGE, PEST_CHECK_DECISION_PAGE = case_pages(
    SAMPLE_CASES,
    PEST_CHECK_DECISION,
    "pest_checks",
    "pest_check",
    waiting=SAMPLE_ROWS.waiting,
    number=lambda sample: sample.sample_no,
    number_of_subject=lambda subject: subject.label,
)
