"""Working days roll as a walk day by day would."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from declarations.working_days import (
    add_working_days,
    is_published,
    is_working_day,
    last_working_day,
    roll_forward,
)

DAY = timedelta(days=1)
days = st.dates(date(2014, 1, 1), date(2040, 12, 31))


def test_every_year_of_cross_border_trade_is_published() -> None:
    assert all(is_published(year) for year in range(2014, 2027))


def test_what_is_not_published_is_provisional_on_either_side() -> None:
    ahead = next(year for year in range(2026, 2040) if not is_published(year))
    assert roll_forward(date(ahead, 3, 1)).provisional
    assert not roll_forward(date(ahead - 1, 3, 1)).provisional
    assert add_working_days(date(ahead - 1, 12, 31), 1).provisional
    assert not add_working_days(date(ahead - 1, 3, 1), 1).provisional


@given(days)
def test_a_day_rolls_to_the_nearest_working_day(day: date) -> None:
    result = roll_forward(day).day
    assert is_working_day(result)
    assert not any(is_working_day(day + DAY * step) for step in range((result - day).days))


@given(days)
def test_nobody_works_after_the_last_working_day_of_a_month(day: date) -> None:
    result = last_working_day(day).day
    assert is_working_day(result) and (result.year, result.month) == (day.year, day.month)
    after = result + DAY
    while after.month == day.month:
        assert not is_working_day(after)
        after += DAY


@given(days, st.integers(0, 30))
def test_working_days_are_counted_one_by_one(day: date, number: int) -> None:
    result = add_working_days(day, number).day
    counted = sum(is_working_day(day + DAY * step) for step in range(1, (result - day).days + 1))
    assert counted == number or (number == 0 and result == roll_forward(day).day)
