"""The console's pages of registrations: companies, waiting ones first; one company with its history and decisions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from single_window.cases.own_pages import case_pages
from single_window.cases.registrations.decisions import REGISTRATION_DECISION
from single_window.cases.registrations.queries import REGISTRATION_CASES, applied_for, list_companies
from single_window.frame.pages.filed_evidence import FiledEvidence
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


def _filed(connection: Connection, sandbox: str, code: str) -> Mapping[str, Any]:
    """The fields that a company applied for; those registered then are not kept."""
    return {"application": applied_for(connection, sandbox, code), "registered": registered}


REGISTRATION_EVIDENCE = FiledEvidence(REGISTRATION_DECISION.subject, _filed)
