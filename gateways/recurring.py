"""Recurring work: a deadline that is filed again for the next period when it is handled (`Desk.recur`).

A period ends at an instant that follows from the end of the period before, never from the time at which this one was
handled: nothing drifts when a process was down or a clock jumped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeAlias

from declarations.calendar import DAY, day_of, instant_of, months_after
from declarations.parameters import Parameters

Period: TypeAlias = Callable[[int, Parameters], int]
"""Returns the due instant that follows another by the law."""


class RecurringPayload(Protocol):
    """A NamedTuple whose field `due: int = 0` is the instant for which it was filed; 0: none yet."""

    @property
    def due(self) -> int:
        """The end of the period that it is about."""

    def _replace(self, *, due: int) -> Any: ...


@dataclass(frozen=True, slots=True)
class Recurring:
    """When work is due again.

    `catch_up`: periods that ended unhandled, since the clock jumped or no process ran, are handled one after the other,
    each with its own instant. False: the one that is handled stands for all that have ended, and the next one is the
    first that ends later than now.
    """

    period: Period
    catch_up: bool = True

    def following(self, due: int, now: int, law: Parameters) -> int:
        """Return the instant after `due` at which the work is due again, in milliseconds. Raises `ValueError` for a
        period that does not advance, and `NoValue` if the law has no value for one."""
        instant = self._next(due, law)
        while not self.catch_up and instant <= now:
            instant = self._next(instant, law)
        return instant

    def _next(self, due: int, law: Parameters) -> int:
        instant = self.period(due, law)
        if instant <= due:
            raise ValueError(f"a period of recurring work that begins at {due} ends at {instant}")
        return instant


def every(days: int) -> Period:
    """Every so many days, at the time of day of the first instant."""
    return lambda due, law: due + days * DAY


def daily(hour: int = 0) -> Period:
    """Each day when this hour begins in Asia/Shanghai."""

    def following(due: int, law: Parameters) -> int:
        instant = instant_of(day_of(due), hour)
        return instant if instant > due else instant + DAY

    return following


def monthly(day: int = 1, hour: int = 0) -> Period:
    """Each month on this day, or its last one if it is shorter, when this hour begins in Asia/Shanghai."""

    def following(due: int, law: Parameters) -> int:
        first = day_of(due).replace(day=1)
        # the day is counted from the first of each month, so that February does not shorten the months after it
        instant = _in_month(first, day, hour)
        return instant if instant > due else _in_month(months_after(first, 1), day, hour)

    return following


def _in_month(first: date, day: int, hour: int) -> int:
    last = months_after(first, 1) - timedelta(days=1)
    return instant_of(first.replace(day=min(day, last.day)), hour)


def by_law(parameter: str, unit: int = DAY) -> Period:
    """After as many units (milliseconds; by default days) as the law says on the day on which the period begins."""
    return lambda due, law: due + int(law.on(parameter, day_of(due)).amount * unit)
