"""Chinese working days: weekdays less public holidays, and the weekend days on which people make up for them (调休).

The State Council arranges each year late in the year before. For a year it has not arranged yet, as far as the library
knows, working days are weekdays less the statutory holidays and their days in lieu; what rests on that is provisional.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

_DAY = timedelta(days=1)
_SATURDAY = 5


class Rolled(NamedTuple):
    """A working day; `provisional`: the arrangement of a year that it rests on is not published."""

    day: date
    provisional: bool


class _Year(NamedTuple):
    holidays: frozenset[date]
    made_up: frozenset[date]
    published: bool


def is_working_day(day: date) -> bool:
    """True if offices work on a day."""
    year = _year(day.year)
    return day in year.made_up if day.weekday() >= _SATURDAY else day not in year.holidays


def is_published(year: int) -> bool:
    """True if the arrangement of a year is known."""
    return _year(year).published


def roll_forward(day: date) -> Rolled:
    """The day itself, or the next working day after it."""
    return _walk(day, _DAY)


def last_working_day(month: date) -> Rolled:
    """The last working day of the month that a day lies in."""
    return _walk(month.replace(day=monthrange(month.year, month.month)[1]), -_DAY)


def add_working_days(day: date, number: int) -> Rolled:
    """The working day that follows a day as the `number`-th (0: the day itself, rolled forward)."""
    rolled = roll_forward(day) if number == 0 else Rolled(day, False)
    for _ in range(number):
        ahead = roll_forward(rolled.day + _DAY)
        rolled = Rolled(ahead.day, rolled.provisional or ahead.provisional)
    return rolled


def _walk(day: date, step: timedelta) -> Rolled:
    provisional = not is_published(day.year)
    while not is_working_day(day):
        day += step
        provisional = provisional or not is_published(day.year)
    return Rolled(day, provisional)


@lru_cache(maxsize=64)
def _year(year: int) -> _Year:
    # an instance for one year only: one that grows while it is read is not safe among threads. The library is called
    # for where it is needed, since most processes never are
    from holidays import country_holidays

    known = country_holidays("CN", years=year, expand=False)
    made_up = frozenset([day for day in known.weekend_workdays if day.year == year])
    # every arrangement since there are any has moved a holiday to make a bridge, and made up for it on a weekend
    return _Year(frozenset(known), made_up, bool(made_up))
