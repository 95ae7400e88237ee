"""Regional clearance, by the cases of tests/specifications/clearance."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from specifying import cases

from declarations import clearance, parameters
from schemas.receipt_texts import words
from tests.tables import each

LAW = parameters.load()
offices = st.from_regex(r"[0-9]{4}", fullmatch=True)
days = st.dates(date(2010, 1, 1), date(2030, 1, 1))


@each("case", cases("clearance"))
def test_the_channel_between_two_offices(case):
    offices = case["declared_at"], case["port"]
    route = clearance.find_clearance(*offices, case["day"], LAW, case.get("released_at", ""))
    assert (route.channel, route.name, list(route.parameter_ids)) == (
        case["channel"],
        case["words"],
        case["parameters"],
    )
    assert route.allowed == (case["channel"] != "transit")


@each("case", [case for case in cases("clearance") if "released_at" not in case.values[0]])
def test_a_declaration_that_only_transit_could_serve_is_refused_with_words(case):
    reasons = clearance.check(case["declared_at"], case["port"], case["day"], LAW)
    assert [reason.rule for reason in reasons] == (["17501"] if case["channel"] == "transit" else [])
    for reason in reasons:
        assert words(reason.rule, reason.values) != words(reason.rule, reason.values, "en")


def test_every_channel_has_both_names():
    for channel, (zh, en) in clearance.NAMES.items():
        assert zh and en, channel


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
