"""Monthly statistics of decisions by desk and action: number, failures, and time taken."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import NamedTuple

from declarations.calendar import instant_of, months_after
from single_window.language.for_people import spreadsheet_cells

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


class Month(NamedTuple):
    """A month as the interval of instants [since, until)."""

    name: str
    since: int
    until: int


class MonthOfDecisions(NamedTuple):
    """Decisions of a month. `desk` is empty if their subjects did not wait at one. `refused` of the `decisions` were
    not carried out; `timed` of them were, with a known time. `median_hours` and `p90_hours` are percentiles of these
    times, None if there are none."""

    month: str
    desk: str
    action: str
    decisions: int
    refused: int
    timed: int
    median_hours: float | None
    p90_hours: float | None


def month_of(text: str) -> Month | None:
    """Parse a month such as 2026-10; None if invalid."""
    match = _MONTH.fullmatch(text)
    try:
        return match and _month(date(int(match[1]), int(match[2]), 1))
    except ValueError:
        return None


def month_around(day: date) -> Month:
    """Return the month of a day."""
    return _month(day.replace(day=1))


def csv_text(rows: Iterable[MonthOfDecisions]) -> str:
    """Return the rows as CSV with a header; hours have two decimals, or are empty for None."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(MonthOfDecisions._fields)
    for row in rows:
        writer.writerow(
            [*spreadsheet_cells(row[:-2]), *("" if hours is None else f"{hours:.2f}" for hours in row[-2:])]
        )
    return text.getvalue()


def _month(first: date) -> Month:
    return Month(f"{first:%Y-%m}", instant_of(first), instant_of(months_after(first, 1)))
