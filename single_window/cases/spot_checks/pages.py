"""The console's pages of samples: the list, waiting ones first; one sample with its reports and its decisions."""

from __future__ import annotations

from flask import Blueprint

from single_window.cases.own_pages import case_pages
from single_window.cases.spot_checks import plan_pages
from single_window.cases.spot_checks.decisions import SPOT_CHECK_DECISION
from single_window.cases.spot_checks.queries import SPOT_SAMPLE_CASES, SPOT_SAMPLE_ROWS

_register, SPOT_CHECK_LIST, SPOT_CHECK_CASE_PAGE, SPOT_CHECK_DECISION_PAGE = case_pages(
    SPOT_SAMPLE_CASES,
    SPOT_CHECK_DECISION,
    "spot_checks",
    "spot_check",
    waiting=SPOT_SAMPLE_ROWS.waiting,
    number=lambda sample: sample.sample_no,
    number_of_subject=lambda subject: subject.label,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages of samples and of plans."""
    _register(blueprint)
    plan_pages.register(blueprint)
