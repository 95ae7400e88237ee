"""The months of merchants with lists that wait to be summarised, and their deadlines."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from declarations.calendar import DAY, instant_of
from declarations.parameters import Parameters
from declarations.summary.deadline import days_of, rule_day
from gateways.customs.summaries.repository import MonthToSummarise
from single_window.cases.summaries.answers import DueOut
from single_window.store.gateways.customs.claims import waits
from single_window.store.gateways.customs.summaries import MONTHS
from single_window.store.tables import declaration, summary_month


def months_due(
    connection: Connection, sandbox: str, now: int, parameters: Parameters, ebc_code: str = ""
) -> list[DueOut]:
    """Return months with waiting lists, the most urgent first."""
    statement = MONTHS.select().where(summary_month.c.sandbox == sandbox)
    if ebc_code:
        statement = statement.where(summary_month.c.ebc_code == ebc_code)
    stored_months = [MONTHS.make(row) for row in connection.execute(statement).all()]
    counted = {
        month: _waiting(connection, sandbox, month, parameters) for month in {month.month for month in stored_months}
    }
    periods = [_due(month, counted[month.month].get(month.ebc_code, 0), now) for month in stored_months]
    return sorted(
        [period for period in periods if period.waiting], key=lambda period: (period.last_day, period.ebc_code)
    )


def _due(month: MonthToSummarise, waiting: int, now: int) -> DueOut:
    return DueOut(
        ebc_code=month.ebc_code,
        month=month.month[:7],
        last_day=month.last_day,
        waiting=waiting,
        overdue=now >= month.due,
        provisional=month.provisional,
    )


def _waiting(connection: Connection, sandbox: str, first: str, parameters: Parameters) -> dict[str, int]:
    """Return the number of a month's waiting lists by merchant."""
    month = date.fromisoformat(first)
    table: Any = parameters.on("summary.lists", rule_day(month)).table
    since, until = days_of(month, parameters)
    rows = connection.execute(
        select(declaration.c.ebc_code, func.count())
        .where(waits(sandbox, table["modes"], table["counted"], instant_of(since), instant_of(until) + DAY))
        .group_by(declaration.c.ebc_code)
    )
    return {ebc_code: count for ebc_code, count in rows}
