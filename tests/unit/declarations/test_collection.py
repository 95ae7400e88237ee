"""The days of tax bills and the surcharge, by the cases of tests/specifications/collection."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specifying import cases, shown

from declarations import parameters
from declarations.collection import calculate_surcharge, first_collection_day, windows_of_bill
from declarations.money import scaled_from_text
from declarations.parameters import NoValue
from tests.tables import each

LAW = parameters.load()


@each("case", [case for case in cases("collection") if "released" in case.values[0]])
def test_days_of_a_bill(case):
    if "refused" in case:
        with pytest.raises(NoValue, match=case["refused"]):
            windows_of_bill(case["released"], LAW)
        return
    periods = windows_of_bill(case["released"], LAW)
    expected = dict(case["expect"])
    if day := expected.pop("first_collection_day", None):
        assert first_collection_day(periods, case.get("applied")) == day
    assert shown(periods, expected) == expected


@each("case", [case for case in cases("collection") if "unpaid" in case.values[0]])
def test_surcharge_of_a_late_bill(case):
    result = calculate_surcharge(scaled_from_text(case["unpaid"]), case["due"], case["paid"], LAW)
    expected = dict(case["expect"])
    assert result.days == expected.pop("days", result.days)
    assert shown(result, expected) == expected


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
