"""Statistics of a month: by desk and action how many decisions, how many not carried out, and how long they took."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import HOUR, instant_of, months_after
from single_window.cases.supervision import quantile
from single_window.language.spreadsheets import cells
from single_window.store import case_figures
from single_window.store.case_figures import Made, Scope
from single_window.store.desks import desks

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


class Month(NamedTuple):
    """A month; `since` and `until` (not included) are the instants at which it and the next one begin."""

    name: str
    since: int
    until: int


class Row(NamedTuple):
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


def statistics(connection: Connection, sandbox: str, scope: Scope, month: Month) -> list[Row]:
    """The decisions answered in a month, by desk in the order of desks, then by action."""
    by_desk: dict[tuple[str, str], list[Made]] = {}
    for act in case_figures.every(connection, sandbox, scope, month.since, month.until):
        by_desk.setdefault((act.desk, act.action), []).append(act)
    order = list(desks())
    return [
        _row(month.name, desk, action, made)
        for (desk, action), made in sorted(
            by_desk.items(), key=lambda item: (order.index(item[0][0]) if item[0][0] else len(order), item[0][1])
        )
    ]


def as_csv(rows: Iterable[Row]) -> str:
    """The rows as CSV with a heading; hours to a hundredth, empty where nothing is timed."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(Row._fields)
    for row in rows:
        writer.writerow([*cells(row[:-2]), *("" if hours is None else f"{hours:.2f}" for hours in row[-2:])])
    return text.getvalue()


def _month(first: date) -> Month:
    return Month(f"{first:%Y-%m}", instant_of(first), instant_of(months_after(first, 1)))


def _row(month: str, desk: str, action: str, made: list[Made]) -> Row:
    took = [act.took for act in made if act.took is not None and not act.refused]
    median, p90 = (
        None if hours is None else round(hours / HOUR, 2) for hours in (quantile(took, 0.5), quantile(took, 0.9))
    )
    return Row(month, desk, action, len(made), sum(act.refused for act in made), len(took), median, p90)
