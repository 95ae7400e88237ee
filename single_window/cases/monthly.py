"""Statistics of a month: by desk and action how many decisions, how many not carried out, and how long they took."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import NamedTuple

from declarations.calendar import instant_of, months_after
from single_window.language.spreadsheets import cells

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


class Month(NamedTuple):
    """A month; `since` and `until` (not included) are the instants at which it and the next one begin."""

    name: str
    since: int
    until: int


class MonthOfDecisions(NamedTuple):
    """Decisions of a month. `desk` is empty where their subjects did not wait; `refused`: those of `decisions` that
    were not carried out; `timed`: those that were, and have a time. Times are hours, None where nothing is timed: half
    of those that are timed took at most `median_hours`, nine of ten at most `p90_hours`."""

    month: str
    desk: str
    action: str
    decisions: int
    refused: int
    timed: int
    median_hours: float | None
    p90_hours: float | None


def month_of(text: str) -> Month | None:
    """The month that a text like 2026-10 names; None: it names none."""
    match = _MONTH.fullmatch(text)
    try:
        return match and _month(date(int(match[1]), int(match[2]), 1))
    except ValueError:
        return None


def month_around(day: date) -> Month:
    """The month that a day lies in."""
    return _month(day.replace(day=1))


def as_csv(rows: Iterable[MonthOfDecisions]) -> str:
    """The rows as CSV with a heading; hours to a hundredth, empty where nothing is timed."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(MonthOfDecisions._fields)
    for row in rows:
        writer.writerow([*cells(row[:-2]), *("" if hours is None else f"{hours:.2f}" for hours in row[-2:])])
    return text.getvalue()


def _month(first: date) -> Month:
    return Month(f"{first:%Y-%m}", instant_of(first), instant_of(months_after(first, 1)))
