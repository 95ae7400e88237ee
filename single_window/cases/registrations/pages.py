"""The console's pages of registrations: companies, waiting ones first; one company with its history and decisions."""

from __future__ import annotations

from single_window.cases.own_pages import case_pages
from single_window.cases.registrations.decisions import REGISTRATION_DECISION
from single_window.cases.registrations.queries import REGISTRATION_CASES, list_companies

register, REGISTRATION_LIST, REGISTRATION_CASE_PAGE, REGISTRATION_DECISION_PAGE = case_pages(
    REGISTRATION_CASES,
    REGISTRATION_DECISION,
    "registrations",
    "registration",
    waiting=lambda connection, sandbox, limit: list_companies(connection, sandbox, "in_review", limit=limit),
    number=lambda company: company.code,
    parts=50,
)
