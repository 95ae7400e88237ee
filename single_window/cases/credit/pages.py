"""The console's pages of credit cases: the list, waiting ones first; one case with its conditions, the same events
under other regimes, its effects, and its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import Connection

from declarations.registration.grading import grades_on
from single_window.cases.credit.answers import CreditCaseOut
from single_window.cases.credit.decisions import CREDIT_DECISION, lesser_grades
from single_window.cases.credit.effects import effects
from single_window.cases.credit.public_list import DISHONEST
from single_window.cases.credit.publication import today_of
from single_window.cases.credit.queries import (
    CASE_ROWS,
    CREDIT_CASES,
    assessments,
    credited,
    every_regime,
    list_events,
    profile,
    regime_out,
)
from single_window.cases.own_pages import case_pages
from single_window.frame.decision_kinds import Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.http.public_lists import add_public_page
from single_window.frame.pages.speech import requested_sandbox
from single_window.refused import demand_found
from single_window.store.engine import reading
from single_window.store.law_books import law_of


def _further(connection: Connection, sandbox: str, case: CreditCaseOut, subject: Subject) -> Mapping[str, Any]:
    """The company's events, their assessment under every regime that there has been, today's first, and the grades to
    which the proposed one may be lessened."""
    law, day = law_of(connection, sandbox), today_of(connection, sandbox)
    following = CASE_ROWS.following(connection, sandbox, case.id)
    lesser = lesser_grades(subject.record, day, law)
    known = credited(connection, sandbox, case.ebc_code)
    if known is None:
        return {"events": (), "regimes": (), "following": following, "grade_choices": lesser}
    begun = every_regime(known)
    regimes = tuple(regime_out(assessed, known.law) for assessed in assessments(known, begun))
    return {"events": list_events(known), "regimes": regimes, "following": following, "grade_choices": lesser}


def _company(code: str) -> str:
    """The page of a company: its grade, what each condition lacks or has, its events, and what its grade costs."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        known = demand_found(credited(connection, sandbox, code), code, sandbox)
        best = grades_on(known.day, known.law)[0]
        return render_template(
            "console/credit_company.html",
            company=profile(connection, sandbox, known, own=True, regimes=every_regime(known)[1:]),
            effects=tuple(effects(known.company.grade, best, known.day, known.law)),
            best=best,
        )


_register_cases, CREDIT_LIST, CREDIT_CASE_PAGE, CREDIT_DECISION_PAGE = case_pages(
    CREDIT_CASES,
    CREDIT_DECISION,
    "credit",
    "credit_case",
    waiting=CASE_ROWS.waiting,
    number=lambda case: case.case_no,
    number_of_subject=lambda subject: subject.label,
    further=_further,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages of cases, that of a company, and that of the public list."""
    _register_cases(blueprint)
    add_page(blueprint, "/credit-of/<code>", "credit_company", _company)
    add_public_page(blueprint, DISHONEST, "credit_dishonest")
