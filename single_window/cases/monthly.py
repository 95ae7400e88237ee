"""Monthly statistics of decisions by desk and action: number, failures, and time taken."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import Annotated, NamedTuple

from msgspec import Meta, structs

from declarations.calendar import instant_of, months_after
from single_window.frame.typed import Answer
from single_window.language.for_people import spreadsheet_cells

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


class Month(NamedTuple):
    """A month as the interval of instants [since, until)."""

    name: str
    since: int
    until: int


class MonthRowOut(Answer, frozen=True):
    """Decisions of one kind in a month at a desk."""

    month: str
    desk: Annotated[str, Meta(description="empty: the subjects waited at no desk")]
    action: str
    decisions: int
    refused: Annotated[int, Meta(description="number not carried out")]
    timed: Annotated[int, Meta(description="number carried out with a known duration")]
    median_hours: float | None
    p90_hours: Annotated[float | None, Meta(description="90th percentile")]


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


def csv_text(rows: Iterable[MonthRowOut]) -> str:
    """Return the rows as CSV with a header; hours have two decimals, or are empty for None."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(MonthRowOut.__struct_fields__)
    for row in rows:
        *texts, median, p90 = structs.astuple(row)
        writer.writerow(
            [*spreadsheet_cells(texts), *("" if hours is None else f"{hours:.2f}" for hours in (median, p90))]
        )
    return text.getvalue()


def _month(first: date) -> Month:
    return Month(f"{first:%Y-%m}", instant_of(first), instant_of(months_after(first, 1)))
