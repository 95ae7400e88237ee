"""Re-exports the window's reports (HTML page with plots, JUnit XML, JSON), because only this package of the simulators
may import the window.
"""

from __future__ import annotations

from single_window.frame.pages.plots import Plot, draw_svg
from single_window.language.words import Words
from single_window.reports.form import (
    DOUBLED,
    KINDS,
    LATE,
    LOST,
    WRONG,
    Chart,
    Figure,
    Report,
    ReportCheck,
    ReportedFinding,
    ReportTable,
    as_json,
    audit_check,
)
from single_window.reports.junit import Case, cases_of, junit_document
from single_window.reports.output import MAX_LISTED, render_html, report_options, write_reports

__all__ = [
    "DOUBLED",
    "KINDS",
    "LATE",
    "LOST",
    "MAX_LISTED",
    "WRONG",
    "Case",
    "Chart",
    "Figure",
    "Plot",
    "Report",
    "ReportCheck",
    "ReportTable",
    "ReportedFinding",
    "Words",
    "as_json",
    "audit_check",
    "cases_of",
    "draw_svg",
    "junit_document",
    "render_html",
    "report_options",
    "write_reports",
]
