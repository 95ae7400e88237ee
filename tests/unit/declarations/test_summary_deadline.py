"""Lists of any day are due on a working day of the month to which they belong."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from declarations.parameters import load
from declarations.summary.deadline import days_of, deadline_of_month, due_day_of, month_of
from declarations.working_days import is_working_day


@given(st.dates(date(2014, 3, 1), date(2030, 12, 31)))
def test_a_list_is_never_due_before_it_is_closed_nor_on_a_day_off(day: date) -> None:
    last_day = due_day_of(day, load())
    assert last_day.day >= day and is_working_day(last_day.day)
    assert (
        last_day
        == deadline_of_month(last_day.month, load())
        == deadline_of_month(last_day.month.replace(day=20), load())
    )


@given(st.dates(date(2014, 3, 1), date(2030, 12, 31)))
def test_every_day_lies_among_the_days_of_its_month_and_of_no_other(day: date) -> None:
    month = month_of(day, load())
    first, last = days_of(month, load())
    assert first <= day <= last
    assert month_of(first, load()) == month_of(last, load()) == month
    assert month_of(first - timedelta(days=1), load()) != month != month_of(last + timedelta(days=1), load())


def test_the_rule_used_is_named() -> None:
    assert due_day_of(date(2018, 12, 29), load()).parameter_ids == ("summary.deadline@2016-04-08",)
    assert due_day_of(date(2018, 12, 30), load()).parameter_ids == ("summary.deadline@2019-01-01",)
