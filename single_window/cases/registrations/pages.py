"""The console's pages of registrations: companies, waiting ones first; one company with its history and decisions."""

from __future__ import annotations

import re

from single_window.cases.own_pages import case_pages
from single_window.cases.registrations.decisions import REGISTRATION_DECISION
from single_window.cases.registrations.queries import REGISTRATION_CASES, list_companies
from single_window.frame.pages.speech import language, say
from single_window.language import phrases
from single_window.language.words import ZH, Words


def registered(name: str, text: str) -> str:
    """Return a value of a company's registration in words; one that has none unchanged."""
    if name == "kinds":
        return ("、" if language() == ZH else ", ").join(
            say(phrases.phrase("company_kind", kind)) for kind in re.split("[;,]", text) if kind
        )
    known = phrases.book()["registered"].get(f"{name}.{text}")
    return say(Words(**known)) if known else text


register, REGISTRATION_LIST, REGISTRATION_CASE_PAGE, REGISTRATION_DECISION_PAGE = case_pages(
    REGISTRATION_CASES,
    REGISTRATION_DECISION,
    "registrations",
    "registration",
    waiting=lambda connection, sandbox, limit: list_companies(connection, sandbox, "in_review", limit=limit),
    number=lambda company: company.code,
    further=lambda connection, sandbox, shown, subject: {"registered": registered},
    parts=50,
)
