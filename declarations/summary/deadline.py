"""Until when the lists of a month are summarised: the day of the next month, or the old clause for December.

A list belongs to the month in which it was closed (899); the rule in force on the last day of that month applies
(reading 30).
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
    """The last day on which the lists of a month (its first day) may be summarised, inclusive; `provisional`: the
    working days of a year that it rests on are not published."""

    day: date
    provisional: bool
    month: date
    parameters: tuple[str, ...]


def due_of(closed_on: date, parameters: Parameters) -> SummaryDeadline:
    """The deadline of a list closed on a day; raises `NoValue` before there was any rule."""
    return deadline(month_of(closed_on, parameters), parameters)


def month_of(closed_on: date, parameters: Parameters) -> date:
    """The first day of the month with whose lists a list closed on a day is summarised.

    That is the month in which it was closed; under the old clause a list closed after the last working day of
    December goes with those of January.
    """
    if _ends_in_december(closed_on, parameters) and closed_on > last_working_day(closed_on).day:
        return _next(closed_on)
    return closed_on.replace(day=1)


def days_of(month: date, parameters: Parameters) -> tuple[date, date]:
    """The first and the last day on which lists are closed that go with a month (its first day)."""
    before, last = month - timedelta(days=1), rule_day(month)
    first = last_working_day(before).day + timedelta(days=1) if _ends_in_december(before, parameters) else month
    return first, last_working_day(month).day if _ends_in_december(month, parameters) else last


@lru_cache(maxsize=256)
def deadline(month: date, parameters: Parameters) -> SummaryDeadline:
    """The deadline of the lists of the month that a day lies in."""
    value, first = _rule(month, parameters), month.replace(day=1)
    if _ends_in_december(month, parameters):
        return SummaryDeadline(*last_working_day(month), first, (value.id,))
    return SummaryDeadline(*roll_forward(_next(month).replace(day=value.read(SummaryDay).day)), first, (value.id,))


def rule_day(month: date) -> date:
    """The day whose rule applies to the lists of a month: its last."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def _ends_in_december(day: date, parameters: Parameters) -> bool:
    try:
        return day.month == _DECEMBER and _rule(day, parameters).read(SummaryDay).december == IN_DECEMBER
    except NoValue:  # for the December before the first rule
        return False


def _rule(month: date, parameters: Parameters) -> Value:
    return parameters.on("summary.deadline", rule_day(month))


def _next(month: date) -> date:
    return rule_day(month) + timedelta(days=1)
