"""Statistics for the supervision of desks: waiting cases by age, decisions by officer, refusals, inspection results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import DAY, HOUR, day_of, instant_of
from declarations.working_days import is_working_day
from single_window.cases.monthly import Month, MonthRowOut
from single_window.clock import system_now
from single_window.store import case_figures, case_queue, sandboxes
from single_window.store.case_figures import DecisionTiming, Inspected, Scope
from single_window.store.case_queue import OVERDUE, QueuedCase, QueueFilter
from single_window.store.desks import desks

AGES = ("today", "1_2", "3_5", "more")
"""Age groups of waiting cases, in working days."""
_OLDEST = (0, 2, 5)
REFUSING = frozenset({"reject", "refuse"})
"""Actions that refuse what was requested."""
LATE_SHOWN = 30
"""Overdue cases that the page lists; the queue has all of them."""
RANKING_SIZE = 10
"""Maximum number of rows in a ranking."""
ONE_DAY = timedelta(days=1)


class DeskBacklog(NamedTuple):
    """The number of cases that wait at a desk, for each group of `AGES`, and how many of all are overdue; `came`,
    `decided`: how many of the last day of the sandbox."""

    desk: str
    by_age: Sequence[int]
    overdue: int
    came: int = 0
    decided: int = 0

    @property
    def all(self) -> int:
        """The number of cases that wait."""
        return sum(self.by_age)

    def empty_at(self, now: int) -> int | None:
        """The instant at which nothing will wait, at the pace of the last day; None if as many came as were decided."""
        shrinks = self.decided - self.came
        return now + ceil(self.all * DAY / shrinks) if shrinks > 0 else None


class Officer(NamedTuple):
    """The number of cases that an officer holds, and of decisions on the day; `median`: milliseconds that a decision
    took, None if unknown."""

    name: str
    held: int
    decided: int
    refused: int
    median: int | None


class Officers(NamedTuple):
    """Officers on a day; `decisions`: number of decisions read, `timed`: how many of them have a known duration."""

    each: Sequence[Officer]
    decisions: int
    timed: int


class Refusals(NamedTuple):
    """Refusals among the newest decisions: (reason, count) and (company, count), most frequent first; `looked_at`:
    number of decisions read."""

    looked_at: int
    refusals: int
    by_reason: Sequence[tuple[str, int]]
    by_company: Sequence[tuple[str, int]]


class Overview(NamedTuple):
    """All statistics of the page. `arrived`, `decided`: number of cases for each hour of the day."""

    day: date
    now: int
    waiting: Sequence[DeskBacklog]
    arrived: Sequence[int]
    decided: Sequence[int]
    officers: Officers
    refusals: Refusals
    inspected: Sequence[Inspected]
    """Results for lists chosen by the risk draw, then for those chosen by officers."""


def overdue_first(connection: Connection, sandbox: str, scope: Scope, now: int) -> list[QueuedCase]:
    """Return the first overdue cases, the longest overdue first."""
    return case_queue.page(
        connection, sandbox, QueueFilter(scope.desks, scope.office, view=OVERDUE, now=now), most=LATE_SHOWN
    )


def overview(connection: Connection, sandbox: str, scope: Scope, day: date | None = None) -> Overview:
    """Return the current statistics of a sandbox, and those of a day (default: today of the sandbox)."""
    now = sandboxes.find(connection, sandbox).clock.now()
    day = day or day_of(now)
    return Overview(
        day,
        now,
        waiting(connection, sandbox, scope, now),
        *by_hour(connection, sandbox, scope, day),
        of_officers(connection, sandbox, scope, day),
        newest_refusals(connection, sandbox, scope),
        case_figures.inspection_results(connection, sandbox, scope),
    )


def by_hour(connection: Connection, sandbox: str, scope: Scope, day: date) -> tuple[Sequence[int], Sequence[int]]:
    """Return the number of cases opened, and of decisions answered, for each hour of a day."""
    since = instant_of(day)
    arrived, decided = (
        count(connection, sandbox, scope, since, since + DAY)
        for count in (case_figures.opened_by_hour, case_figures.decided_by_hour)
    )
    return _hours(arrived), _hours(decided)


def of_officers(connection: Connection, sandbox: str, scope: Scope, day: date) -> Officers:
    """Return the number of cases that each officer holds, and of decisions on a day."""
    since = instant_of(day)
    made = case_figures.newest(connection, sandbox, scope, since, since + DAY)
    return Officers(
        officer_figures(made, case_figures.held(connection, sandbox, scope, system_now())),
        len(made),
        sum(act.took is not None and not act.refused for act in made),
    )


def waiting(connection: Connection, sandbox: str, scope: Scope, now: int) -> list[DeskBacklog]:
    """Return the number of waiting cases by age for every desk, in the order of desks."""
    ages = case_figures.ages(
        connection, sandbox, scope, [instant_of(earliest(day_of(now), days)) for days in _OLDEST], now
    )
    nothing = [0] * (len(AGES) + 1)
    came = case_figures.opened_by_desk(connection, sandbox, scope, now - DAY, now + 1)
    decided = Counter(
        act.desk for act in case_figures.newest(connection, sandbox, scope, now - DAY, now + 1) if not act.refused
    )
    options = sandboxes.find(connection, sandbox).options
    return [
        DeskBacklog(name, numbers[:-1], numbers[-1], came.get(name, 0), decided[name])
        for name, desk in desks().items()
        if desk.is_in(options) and (not scope.desks or name in scope.desks)
        for numbers in [ages.get(name, nothing)]
    ]


def earliest(today: date, days: int) -> date:
    """Return the earliest day such that at most `days` working days lie between it and today, both included."""
    day, passed = today, 0
    while (passed := passed + is_working_day(day)) <= days:
        day -= ONE_DAY
    return day


def officer_figures(made: Iterable[DecisionTiming], held: Mapping[str, int]) -> list[Officer]:
    """Return the officers who hold cases or have decided, by name. Decisions refused by the gateway count
    separately."""
    by_name: dict[str, list[DecisionTiming]] = {name: [] for name in held}
    for act in made:
        by_name.setdefault(act.by, []).append(act)
    return [
        Officer(
            name,
            held.get(name, 0),
            sum(not act.refused for act in own),
            sum(act.refused for act in own),
            quantile([act.took for act in own if act.took is not None and not act.refused], 0.5),
        )
        for name, own in sorted(by_name.items())
    ]


def newest_refusals(connection: Connection, sandbox: str, scope: Scope) -> Refusals:
    """Return the refusals among the newest decisions."""
    return refusal_figures(case_figures.newest(connection, sandbox, scope))


def refusal_figures(made: Collection[DecisionTiming]) -> Refusals:
    """Return the statistics of those decisions that refused a request and were carried out."""
    refusing = [act for act in made if act.action in REFUSING and not act.refused]
    return Refusals(
        len(made),
        len(refusing),
        *[_rank_counts(Counter(getattr(act, name) for act in refusing)) for name in ("reason", "company")],
    )


def quantile(values: Collection[int], part: float) -> int | None:
    """Return the smallest value that at least the fraction `part` (0 to 1) of all values do not exceed; None for no
    values."""
    return sorted(values)[max(0, ceil(part * len(values)) - 1)] if values else None


def _hours(counts: Mapping[int, int]) -> list[int]:
    return [counts.get(hour, 0) for hour in range(DAY // HOUR)]


def _rank_counts(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:RANKING_SIZE]


def of_month(connection: Connection, sandbox: str, scope: Scope, month: Month) -> list[MonthRowOut]:
    """Return the statistics of the decisions answered in a month, by desk and action."""
    by_desk: dict[tuple[str, str], list[DecisionTiming]] = {}
    for act in case_figures.decision_timings(connection, sandbox, scope, month.since, month.until):
        by_desk.setdefault((act.desk, act.action), []).append(act)
    order = list(desks())
    return [
        _row_of_month(month.name, desk, action, made)
        for (desk, action), made in sorted(
            by_desk.items(), key=lambda item: (order.index(item[0][0]) if item[0][0] else len(order), item[0][1])
        )
    ]


def _row_of_month(month: str, desk: str, action: str, made: list[DecisionTiming]) -> MonthRowOut:
    took = [act.took for act in made if act.took is not None and not act.refused]
    median, p90 = (
        None if hours is None else round(hours / HOUR, 2) for hours in (quantile(took, 0.5), quantile(took, 0.9))
    )
    return MonthRowOut(
        month=month,
        desk=desk,
        action=action,
        decisions=len(made),
        refused=sum(act.refused for act in made),
        timed=len(took),
        median_hours=median,
        p90_hours=p90,
    )
