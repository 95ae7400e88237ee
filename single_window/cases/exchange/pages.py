"""The console's pages of foreign exchange reports: the list, waiting ones first; one report with its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from declarations.forex.rates import letters_of
from gateways.forex.repository import FiledReport
from single_window.cases.exchange.answers import ForexReportOut
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
from single_window.store.participants import company_names

MAX_LEGS = 200
"""Maximum number of legs shown; a report has at most a thousand."""


def _further(connection: Connection, sandbox: str, report: ForexReportOut, subject: Subject) -> Mapping[str, Any]:
    filed: FiledReport = subject.record
    listed = enterprise(connection, sandbox, filed.ebc_code)
    return {
        "key": filed.key,
        "names": company_names(connection, sandbox, {filed.ebc_code, filed.reporter_code}),
        "listed": listed,
        "years": years_beside(
            filed, list_legs(connection, filed), list_years(connection, sandbox, filed.ebc_code), listed
        ),
        "legs": (report.of_legs or ())[:MAX_LEGS],
        "letters": letters_of,
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
