"""Chinese working days: weekdays without public holidays, plus weekend days worked in exchange (调休).

The State Council publishes each year's arrangement late in the year before. For a year whose arrangement the library
does not contain, working days are weekdays without statutory holidays and their days in lieu; results are provisional.

The library is holidays: it computes statutory days to 2100, lunar ones and days in lieu included. chinesecalendar, with
which it agrees on every day from 2006 to 2026, knows nothing beyond the last arrangement, and workalendar answers there
as if nothing were arranged.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

_DAY = timedelta(days=1)
_SATURDAY = 5


class WorkingDay(NamedTuple):
    """A working day; `provisional`: the arrangement of a year concerned is not published yet."""

    day: date
    provisional: bool


class _YearArrangement(NamedTuple):
    holidays: frozenset[date]
    weekend_workdays: frozenset[date]
    published: bool


def is_working_day(day: date) -> bool:
    """True if a day is a working day."""
    year = _arrangement_of(day.year)
    return day in year.weekend_workdays if day.weekday() >= _SATURDAY else day not in year.holidays


def is_published(year: int) -> bool:
    """True if the arrangement of a year is known."""
    return _arrangement_of(year).published


def roll_forward(day: date) -> WorkingDay:
    """Return the day itself if it is a working day, else the next working day."""
    return _find_working_day(day, _DAY)


def last_working_day(month: date) -> WorkingDay:
    """Return the last working day of the month of a day."""
    return _find_working_day(month.replace(day=monthrange(month.year, month.month)[1]), -_DAY)


def add_working_days(day: date, number: int) -> WorkingDay:
    """Return the `number`-th working day after a day (0: the day itself, rolled forward)."""
    result = roll_forward(day) if number == 0 else WorkingDay(day, False)
    for _ in range(number):
        next_day = roll_forward(result.day + _DAY)
        result = WorkingDay(next_day.day, result.provisional or next_day.provisional)
    return result


def _find_working_day(day: date, step: timedelta) -> WorkingDay:
    provisional = not is_published(day.year)
    while not is_working_day(day):
        day += step
        provisional = provisional or not is_published(day.year)
    return WorkingDay(day, provisional)


@lru_cache(maxsize=64)
def _arrangement_of(year: int) -> _YearArrangement:
    # one instance for each year, because an instance that grows while it is read is not thread-safe; imported here
    # because # most processes do not need the library
    from holidays import country_holidays

    holidays = country_holidays("CN", years=year, expand=False)
    workdays = frozenset([day for day in holidays.weekend_workdays if day.year == year])
    # all arrangements so far have at least one weekend day worked in exchange
    return _YearArrangement(frozenset(holidays), workdays, bool(workdays))
