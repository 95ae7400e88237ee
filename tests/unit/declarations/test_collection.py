"""The days of tax bills and the surcharge, by the cases of known_answers/collection."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from known import known

from declarations import parameters
from declarations.collection import calculate_surcharge, windows_of_bill
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each

LAW = parameters.load()


@each("row", known("days of bills"))
def test_days_of_a_bill(row: KnownRow) -> None:
    assert mistakes("days of bills", row) == []


@each("row", known("surcharges"))
def test_surcharge_of_a_late_bill(row: KnownRow) -> None:
    assert mistakes("surcharges", row) == []


def test_the_values_used_are_named():
    assert windows_of_bill(date(2026, 3, 2), LAW).parameter_ids == (
        "returns.application_days@2020-03-28",
        "returns.goods_back_days@2020-03-28",
        "collection.free_days@2019-01-01",
        "collection.last_day@2019-01-01",
    )


days = st.dates(date(2016, 4, 8), date(2030, 1, 1))


@given(days)
def test_no_bill_is_collected_while_a_return_may_be_applied_for(released):
    periods = windows_of_bill(released, LAW)
    assert released < periods.last_return_application < periods.collect_from <= periods.collect_until
    assert periods.last_return_application <= periods.goods_back_by <= periods.collect_until


@given(st.integers(0, 5_000_000), days, st.integers(0, 2_000), st.integers(0, 2_000))
def test_surcharge_grows_with_the_days(cents, due, first, second):
    sooner, later = (
        calculate_surcharge(cents * 1_000, due, due + timedelta(days=late), LAW) for late in sorted((first, second))
    )
    assert sooner.amount <= later.amount and later.amount in (0, later.computed)
