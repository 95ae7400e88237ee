"""Recurring work: each instant follows from the one before, whenever the work was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import pytest

from declarations.calendar import DAY, HOUR, day_of, instant_of
from gateways.desk import Desk
from gateways.recurring import Period, Recurring, by_law, daily, every, monthly
from gateways.topics.route import Route
from gateways.topics.topic import Routes, Topic
from tests.gateways.desks import DAY as TODAY
from tests.gateways.desks import desk_of
from tests.tables import each

NOON = instant_of(TODAY, 12)
LAW = desk_of(None).law


class RegisterDue(NamedTuple):
    """A register of these tests is due."""

    number: int
    due: int = 0


def do_nothing(payloads: Sequence[Any], desk: Desk[Any]) -> None:
    """Handle payloads."""


def series(period: Period, begin: int, count: int) -> list[int]:
    """So many instants, each after the one before."""
    found = [begin]
    while len(found) <= count:
        found.append(Recurring(period).following(found[-1], found[-1], LAW))
    return found[1:]


@each(
    ("period", "begin", "days"),
    [
        (monthly(), date(2026, 11, 20), ["2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01"]),
        (monthly(31), date(2026, 11, 20), ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
        (monthly(29), date(2028, 1, 29), ["2028-02-29", "2028-03-29"]),
        (daily(), date(2026, 12, 30), ["2026-12-31", "2027-01-01", "2027-01-02"]),
        (every(7), date(2026, 12, 25), ["2027-01-01", "2027-01-08"]),
        (by_law("windows.close_days"), date(2026, 11, 20), ["2026-12-05", "2026-12-20"]),
    ],
)
def test_a_period_follows_another_without_a_drift(period: Period, begin: date, days: list[str]) -> None:
    found = series(period, instant_of(begin), len(days))
    assert [day_of(instant).isoformat() for instant in found] == days
    assert all(instant == instant_of(day_of(instant)) for instant in found)


def test_a_period_may_end_at_an_hour() -> None:
    assert series(daily(9), NOON, 1) == [instant_of(date(2026, 11, 21), 9)]
    assert series(daily(15), NOON, 2) == [instant_of(TODAY, 15), instant_of(date(2026, 11, 21), 15)]
    assert series(monthly(20, 15), NOON, 2) == [instant_of(TODAY, 15), instant_of(date(2026, 12, 20), 15)]
    assert series(every(1), NOON, 2) == [NOON + DAY, NOON + 2 * DAY]


def test_periods_that_were_missed_follow_one_by_one_or_not_at_all() -> None:
    late = NOON + 10 * DAY + HOUR
    assert Recurring(every(1)).following(NOON, late, LAW) == NOON + DAY
    assert Recurring(every(1), catch_up=False).following(NOON, late, LAW) == NOON + 11 * DAY
    assert Recurring(every(1), catch_up=False).following(NOON, NOON + 2 * DAY, LAW) == NOON + 3 * DAY


def test_a_period_that_does_not_advance_is_refused() -> None:
    with pytest.raises(ValueError, match="a period of recurring work"):
        Recurring(every(0)).following(NOON, NOON, LAW)


def test_work_begins_after_now_and_goes_on_after_the_instant_for_which_it_was_filed() -> None:
    desk = desk_of(None)
    desk.routes = Routes([("tax", [Topic("deadline.register", RegisterDue, do_nothing, None)])])
    assert desk.recur(RegisterDue(7), Recurring(monthly())) == instant_of(date(2026, 12, 1))
    assert desk.recur(RegisterDue(8, instant_of(date(2026, 9, 1))), Recurring(monthly())) == instant_of(
        date(2026, 10, 1)
    )
    assert [(draft.due, draft.route, draft.payload) for draft in desk.answers.recurring] == [
        (draft.payload.due, Route("tax", "deadline.register"), draft.payload) for draft in desk.answers.recurring
    ]
    assert [draft.payload.number for draft in desk.answers.recurring] == [7, 8]
