"""The console's pages of foreign exchange reports: the list, waiting ones first; one report with its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from declarations.forex.rates import letters_of
from single_window.cases.exchange.answers import ForexReportOut
from single_window.cases.exchange.decisions import REPORT_DECISION
from single_window.cases.exchange.queries import FOREX_REPORT_CASES, REPORT_ROWS
from single_window.cases.own_pages import case_pages
from single_window.frame.decision_kinds import Subject

MAX_LEGS = 200
"""Maximum number of legs shown; a report has at most a thousand."""


def _further(connection: Connection, sandbox: str, report: ForexReportOut, subject: Subject) -> Mapping[str, Any]:
    return {
        "key": subject.record.key,
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
