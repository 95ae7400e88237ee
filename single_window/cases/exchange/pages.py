"""The console's pages of foreign exchange reports: the list, waiting ones first; one report with its decisions."""

from __future__ import annotations

from flask import Blueprint, render_template

from declarations.forex.rates import letters_of
from single_window.cases.exchange import queries as forex
from single_window.cases.exchange.decisions import REPORT_DECISION
from single_window.cases.exchange.queries import FOREX_REPORT_CASES
from single_window.cases.form_values import form_values
from single_window.frame.http.ports import ports
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decision_forms import pages_of_cases
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.engine import reading
from single_window.store.law_books import law_of

MAX_LEGS = 200
"""Maximum number of legs shown; a report has at most a thousand."""


FOREX_REPORT_LIST = CaseList(
    FOREX_REPORT_CASES,
    "exchange",
    lambda report: link("console.exchange_report", number=f"{report.reporter_code}|{report.cop_no}"),
    waiting=forex.REPORT_ROWS.waiting,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    blueprint.add_url_rule("/exchange", "exchange", FOREX_REPORT_LIST.page, methods=["GET"])
    blueprint.add_url_rule("/exchange/<path:number>", "exchange_report", show, methods=["GET"])


def show(number: str, refused: Words | None = None) -> str:
    """Show one report: legs, reasons with sources, history, possible decisions, and the next waiting report."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        report = demand_found(FOREX_REPORT_CASES.show(connection, sandbox, number), number, sandbox)
        following = forex.REPORT_ROWS.following(connection, sandbox, report.id)
        law = law_of(connection, sandbox)
        subject = REPORT_DECISION.by_id(connection, sandbox, str(report.id))
        values = form_values(connection, sandbox, REPORT_DECISION, subject, refused)
    return render_template(
        "console/exchange_report.html",
        report=report,
        key=subject.record.key,
        legs=(report.of_legs or ())[:MAX_LEGS],
        letters=letters_of,
        following=following,
        because=tuple(phrases.because(reason, law) for reason in subject.record.reasons),
        **values,
    )


FOREX_REPORT_CASE_PAGE, FOREX_REPORT_DECISION_PAGE = pages_of_cases(
    REPORT_DECISION,
    "/exchange/<path:number>",
    show,
    lambda number: link("console.exchange_report", number=number),
    lambda subject: str(subject.record.key),
)
