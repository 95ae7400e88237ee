"""Checks the deadlines that a window stores for exporters and banks, by an independent calculation: of summary
declarations, payments, reconciliations, and retention of exchange reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from simulators.entry.stored_deadlines import EXCHANGE, KEPT, MONTH, RECONCILE_FROM, RECONCILE_UNTIL, StoredDeadline

SUMMARISED_BY, DECLARED_BY = 15, (4, 30)
"""The day of the next month by which a month is summarised; month and day of the next year by which all is declared."""
KEPT_YEARS = 5
NEW_YEAR = (date(2026, 2, 15), date(2026, 2, 23))
"""The one arranged holiday in which a month's last day lies: spring festival 2026."""
WEEK, SATURDAY = 7, 5


def check_days(deadlines: Iterable[StoredDeadline]) -> Iterator[str]:
    """Complaints about deadlines on a wrong day."""
    for purpose, number, begins, last in deadlines:
        expected = _REQUIRED[purpose](begins).isoformat()
        if last != expected:
            yield f"{number}: the last day ({purpose}) is {last}, and should be {expected}"


def summarised_by(month: date) -> date:
    """The fifteenth of the next month, or the first working day after it."""
    day = next_month(month).replace(day=SUMMARISED_BY)
    first, last = NEW_YEAR
    while day.weekday() >= SATURDAY or first <= day <= last:
        day += timedelta(days=1)
    return day


def next_month(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=28) + timedelta(days=WEEK)).replace(day=1)


def _next_april(day: date) -> date:
    return date(day.year + 1, *DECLARED_BY)


def _years_after(day: date) -> date:
    return (day - timedelta(days=(day.month, day.day) == (2, 29))).replace(year=day.year + KEPT_YEARS)


_REQUIRED = {
    MONTH: summarised_by,
    EXCHANGE: _next_april,
    RECONCILE_FROM: next_month,
    RECONCILE_UNTIL: _next_april,
    KEPT: _years_after,
}
