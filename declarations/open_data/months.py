"""The month of open data: its days, and from when on it is closed."""

from __future__ import annotations

import re
from datetime import date

from declarations.calendar import months_after

_MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)


def first_day_of(month: str) -> date | None:
    """Return the first day of a month such as 2026-10; None for another text."""
    match = _MONTH.fullmatch(month)
    return date(int(match[1]), int(match[2]), 1) if match else None


def closes_on(first: date, close_day: int) -> date:
    """Return the day of the next month on which the month that begins with `first` is closed."""
    return months_after(first, 1).replace(day=close_day)


def month_before(day: date) -> str:
    """Return the month before that of a day, as 2026-10."""
    return f"{months_after(day.replace(day=1), -1):%Y-%m}"
