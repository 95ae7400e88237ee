"""Regional clearance between any two offices: what the cases of tests/law/tables/clearance do not say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations import clearance, parameters

LAW = parameters.load()
offices = st.from_regex(r"[0-9]{4}", fullmatch=True)
days = st.dates(date(2010, 1, 1), date(2030, 1, 1))


def test_every_channel_has_both_names():
    for channel, (zh, en) in clearance.NAMES.items():
        assert zh and en, channel


@pytest.mark.long
@given(offices, offices, days)
def test_two_offices_see_the_same_border(office, other, day):
    assert (
        clearance.find_clearance(office, other, day, LAW).allowed
        == clearance.find_clearance(other, office, day, LAW).allowed
    )


@given(offices, offices, days, days)
def test_what_was_allowed_stays_allowed(office, other, first, second):
    earlier, later = sorted((first, second))
    if clearance.find_clearance(office, other, earlier, LAW).allowed:
        assert clearance.find_clearance(office, other, later, LAW).allowed


@given(offices, offices, days)
def test_one_district_never_needs_transit(office, other, day):
    assert clearance.find_clearance(office, office[:2] + other[2:], day, LAW).allowed
