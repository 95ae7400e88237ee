"""Tax bills and surcharges on any day: what the cases of tests/law/tables/collection do not say."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters
from declarations.collection import calculate_surcharge, windows_of_bill

LAW = parameters.load()


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
