"""The last day for summarising the lists of a month: a day of the next month, or by the old clause for December.

A list belongs to the month in which it was closed (899); the rule of the last day of that month applies (reading 30).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from declarations.parameters import NoValue, Parameters, Value
from declarations.parameters.tables.clearance import SummaryDay
from declarations.working_days import last_working_day, roll_forward

IN_DECEMBER = "last_working_day"
_DECEMBER = 12


class SummaryDeadline(NamedTuple):
    """The last day for summarising the lists of `month` (its first day), inclusive; `provisional`: the working days of
    that year are not published yet."""

    day: date
    provisional: bool
    month: date
    parameter_ids: tuple[str, ...]


def due_day_of(closed_on: date, parameters: Parameters) -> SummaryDeadline:
    """Return the deadline of a list closed on a day; raises `NoValue` before the first rule."""
    return deadline_of_month(month_of(closed_on, parameters), parameters)


def month_of(closed_on: date, parameters: Parameters) -> date:
    """Return the first day of the month to which a list closed on a day belongs.

    That is the month in which it was closed; by the old clause a list closed after the last working day of December
    belongs to January.
    """
    if _ends_in_december(closed_on, parameters) and closed_on > last_working_day(closed_on).day:
        return _next_month(closed_on)
    return closed_on.replace(day=1)


def days_of(month: date, parameters: Parameters) -> tuple[date, date]:
    """Return the first and the last day on which the lists of a month (its first day) are closed."""
    before, last = month - timedelta(days=1), rule_day(month)
    first = last_working_day(before).day + timedelta(days=1) if _ends_in_december(before, parameters) else month
    return first, last_working_day(month).day if _ends_in_december(month, parameters) else last


@lru_cache(maxsize=256)
def deadline_of_month(month: date, parameters: Parameters) -> SummaryDeadline:
    """Return the deadline of the lists of the month of a day."""
    value, first = _rule_of_month(month, parameters), month.replace(day=1)
    if _ends_in_december(month, parameters):
        return SummaryDeadline(*last_working_day(month), first, (value.id,))
    return SummaryDeadline(
        *roll_forward(_next_month(month).replace(day=value.table_as(SummaryDay).day)), first, (value.id,)
    )


def rule_day(month: date) -> date:
    """Return the day whose rule applies to the lists of a month: its last day."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def _ends_in_december(day: date, parameters: Parameters) -> bool:
    try:
        return day.month == _DECEMBER and _rule_of_month(day, parameters).table_as(SummaryDay).december == IN_DECEMBER
    except NoValue:  # the December before the first rule
        return False


def _rule_of_month(month: date, parameters: Parameters) -> Value:
    return parameters.on("summary.deadline", rule_day(month))


def _next_month(month: date) -> date:
    return rule_day(month) + timedelta(days=1)
