"""Queries of foreign exchange: reports with legs, gross restoration and history; the directory; the customs rates."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, literal, select

from declarations.documents import unpack
from declarations.documents.forex_report import ForexReport
from declarations.forex.flows import is_netted
from declarations.forex.netting import NettingRecord, restore_netted
from declarations.forex.rates import customs_code_of
from declarations.money import Scaled
from declarations.parameters import NoValue, Parameter, Parameters
from gateways.forex.repository import COUNTED, FiledReport, Leg, ListedEnterprise
from single_window.cases.exchange.answers import (
    FOREX_REPORT_KIND,
    ForexReportOut,
    LegOut,
    RateOut,
    RestoredLegOut,
    report_out,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import HistoryLine, bases_out, history_out
from single_window.store.gateways.forex import ENTERPRISES, LEGS, REPORTS
from single_window.store.law_books import law_of
from single_window.store.tables import document, forex_enterprise, forex_leg, forex_report, forex_total, timeline

WAITING = ("in_review",)
"""States in which a report needs a decision."""


class Year(NamedTuple):
    """The total in US dollars that an enterprise received or paid in a calendar year, and the number of reports."""

    code: str
    year: int
    direction: str
    usd: Scaled
    count: int  # type: ignore[assignment]


REPORT_ROWS = CaseRows(forex_report, REPORTS.select, REPORTS.make, WAITING)


def find_report(connection: Connection, sandbox: str, number: str) -> FiledReport | None:
    """Return a report by copNo (the newest), by reporterCode|copNo, or by id."""
    papers = select(document.c.key).where(
        document.c.sandbox == sandbox, document.c.order_no == number, document.c.kind == "forex_report"
    )
    conditions: list[ColumnElement[bool]] = [forex_report.c.key.in_(select(literal(number)).union_all(papers))]
    if number.isascii() and number.isdigit() and len(number) < 19:
        conditions.append(forex_report.c.id == int(number))
    found = (REPORT_ROWS.find(connection, sandbox, condition) for condition in conditions if number)
    return next(filter(None, found), None)


def list_legs(connection: Connection, report: FiledReport) -> list[Leg]:
    """Return the legs of a report, by number; a report that was refused on receipt has none."""
    rows = connection.execute(LEGS.select().where(forex_leg.c.report_id == report.id).order_by(forex_leg.c.number))
    return [LEGS.make(row) for row in rows.all()]


def restore_legs(connection: Connection, report: FiledReport, parameters: Parameters) -> tuple[NettingRecord, ...]:
    """Return the gross restoration of a netted, valid report: its net record, then its legs; else empty."""
    if report.state not in COUNTED:
        return ()
    facts = connection.execute(select(document.c.facts).where(document.c.id == report.document_id)).scalar()
    stored = unpack(ForexReport, facts) if facts is not None else None
    if stored is None or not is_netted(stored):
        return ()
    return restore_netted(stored, date.fromisoformat(report.value_on), parameters)


def history(connection: Connection, sandbox: str, report: FiledReport) -> list[HistoryLine]:
    """Return the history of a report, oldest first."""
    return case_rows.history(connection, sandbox, report.cop_no, "forex_report", timeline.c.key == report.key)


def enterprise(connection: Connection, sandbox: str, code: str) -> ListedEnterprise | None:
    """Return the stored enterprise; None: it has no entry."""
    return next(iter(ENTERPRISES.load(connection, sandbox, "code", [code])), None)


def enterprises(connection: Connection, sandbox: str) -> list[ListedEnterprise]:
    """Return the directory, ordered by code."""
    rows = connection.execute(
        ENTERPRISES.select()
        .where(forex_enterprise.c.sandbox == sandbox, forex_enterprise.c.registered == 1)
        .order_by(forex_enterprise.c.code)
    )
    return [ENTERPRISES.make(row) for row in rows.all()]


def list_years(connection: Connection, sandbox: str, code: str) -> list[Year]:
    """Return the yearly totals of an enterprise."""
    columns = [forex_total.c[name] for name in Year._fields]
    rows = connection.execute(
        select(*columns)
        .where(forex_total.c.sandbox == sandbox, forex_total.c.code == code)
        .order_by(forex_total.c.year, forex_total.c.direction)
    )
    return [Year(*row) for row in rows.all()]


_PREFIX = "exchange."


def rates(day: date, parameters: Parameters) -> list[RateOut]:
    """Return the rates on a day of all currencies that have any dated rate."""
    named = ((parameter, parameter.name.removeprefix(_PREFIX).upper()) for parameter in parameters.describe())
    return [_rate(parameter, name, day) for parameter, name in named if parameter.name.startswith(_PREFIX)]


def _rate(parameter: Parameter, name: str, day: date) -> RateOut:
    rate = since = source = ""
    with suppress(NoValue):
        value = parameter.on(day)
        rate, since = str(value.amount), value.since.isoformat()
        source = value.source if value.confidence != "I" else f"{value.source} (I)"
    return RateOut(currency=name, code=customs_code_of(name), rate=rate, since=since, source=source)


def _show(connection: Connection, sandbox: str, number: str) -> ForexReportOut | None:
    report = find_report(connection, sandbox, number)
    if report is None:
        return None
    law = law_of(connection, sandbox)
    return report_out(
        report,
        bases=bases_out(report.reasons, law),
        of_legs=tuple(map(LegOut.of, list_legs(connection, report))),
        restored=tuple(map(RestoredLegOut.of, restore_legs(connection, report, law))),
        history=history_out(history(connection, sandbox, report)),
    )


FOREX_REPORT_CASES = CaseReader(kind=FOREX_REPORT_KIND, listed=REPORT_ROWS.newest, out=report_out, show=_show)
