"""The console's pages of registrations: companies, waiting ones first; one company with its history and decisions.

The form carries the version that the page showed; if the company was changed meanwhile, the decision is a conflict.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from single_window.cases.form_values import form_values
from single_window.cases.registrations import queries as registration
from single_window.cases.registrations.decisions import REGISTRATION_DECISION
from single_window.cases.registrations.queries import REGISTRATION_CASES
from single_window.frame.http.ports import ports
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decision_forms import pages_of_cases
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.engine import reading
from single_window.store.law_books import law_of

MAX_GOODS = 50


REGISTRATION_LIST = CaseList(
    REGISTRATION_CASES,
    "registrations",
    lambda company: link("console.registration", code=company.code),
    waiting=lambda connection, sandbox, limit: registration.list_companies(
        connection, sandbox, "in_review", limit=limit
    ),
)


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    blueprint.add_url_rule("/registrations", "registrations", REGISTRATION_LIST.page, methods=["GET"])
    blueprint.add_url_rule("/registrations/<code>", "registration", show, methods=["GET"])


def show(code: str, refused: Words | None = None) -> str:
    """Show one company: registered and requested values, grades, goods, history, and possible decisions."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        company = demand_found(REGISTRATION_CASES.show(connection, sandbox, code, parts=MAX_GOODS), code, sandbox)
        subject = REGISTRATION_DECISION.by_id(connection, sandbox, code)
        law = law_of(connection, sandbox)
        return render_template(
            "console/registration.html",
            company=company,
            because=[phrases.because(reason, law) for reason in subject.record.reasons],
            **form_values(connection, sandbox, REGISTRATION_DECISION, subject, refused),
        )


REGISTRATION_CASE_PAGE, REGISTRATION_DECISION_PAGE = pages_of_cases(
    REGISTRATION_DECISION,
    "/registrations/<number>",
    show,
    lambda number: link("console.registration", code=number),
)
