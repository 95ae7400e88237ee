"""Regional clearance, by the cases of known_answers/clearance."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import known

from declarations import clearance, parameters
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each

LAW = parameters.load()
offices = st.from_regex(r"[0-9]{4}", fullmatch=True)
days = st.dates(date(2010, 1, 1), date(2030, 1, 1))


@each("row", known("regional clearance"))
def test_the_channel_between_two_offices(row: KnownRow) -> None:
    assert mistakes("regional clearance", row) == []


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
