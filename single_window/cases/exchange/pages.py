"""The console's pages of foreign exchange reports: the list, waiting ones first; one report with its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gateways.forex.repository import FiledReport
from single_window.cases.exchange.answers import ForexReportOut, LegOut
from single_window.cases.exchange.decisions import REPORT_DECISION
from single_window.cases.exchange.queries import (
    FOREX_REPORT_CASES,
    REPORT_ROWS,
    enterprise,
    list_legs,
    list_years,
)
from single_window.cases.exchange.year_evidence import years_beside
from single_window.cases.own_pages import case_pages
from single_window.frame.decision_kinds import Subject
from single_window.frame.pages.filed_evidence import FiledEvidence
from single_window.store.participants import company_names

MAX_LEGS = 200
"""Maximum number of legs shown; a report has at most a thousand."""


def year_and_legs(connection: Connection, sandbox: str, number: str) -> Mapping[str, Any]:
    """Return the payments of the report with an id, and the year of its enterprise, for a page."""
    return _year_and_legs(connection, sandbox, REPORT_DECISION.by_id(connection, sandbox, number).record)


def _year_and_legs(connection: Connection, sandbox: str, filed: FiledReport) -> Mapping[str, Any]:
    listed, legs = enterprise(connection, sandbox, filed.ebc_code), list_legs(connection, filed)
    return {
        "value_on": filed.value_on,
        "listed": listed,
        "years": years_beside(filed, legs, list_years(connection, sandbox, filed.ebc_code), listed),
        "legs": tuple(LegOut.of(leg) for leg in legs[:MAX_LEGS]),
    }


def _further(connection: Connection, sandbox: str, report: ForexReportOut, subject: Subject) -> Mapping[str, Any]:
    filed: FiledReport = subject.record
    return {
        "key": filed.key,
        "names": company_names(connection, sandbox, {filed.ebc_code, filed.reporter_code}),
        **_year_and_legs(connection, sandbox, filed),
        "following": REPORT_ROWS.following(connection, sandbox, report.id),
    }


register, FOREX_REPORT_LIST, FOREX_REPORT_CASE_PAGE, FOREX_REPORT_DECISION_PAGE = case_pages(
    FOREX_REPORT_CASES,
    REPORT_DECISION,
    "exchange",
    "exchange_report",
    waiting=REPORT_ROWS.waiting,
    number=lambda report: f"{report.reporter_code}|{report.cop_no}",
    number_of_subject=lambda subject: str(subject.record.key),
    further=_further,
)
REPORT_EVIDENCE = FiledEvidence(REPORT_DECISION.subject, year_and_legs)
