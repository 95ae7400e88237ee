"""Clearance of an export by list: zones, offices, and lists of any value."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from known import file_cases

from declarations import parameters
from declarations.export import list_clearance, requirements, zone_offices
from declarations.export.value import calculate_fob
from declarations.money import amount_text
from schemas import codes
from tests.law.clean_documents import document
from tests.law.imported import register

LAW = parameters.load()
DAY = date(2026, 6, 1)


def _verdict(case):
    return list_clearance.check(
        document("export_inventory", case.get("list"), case.get("lines")),
        case["day"],
        LAW,
        register(),
        warehouse_filed=case.get("warehouse_filed", True),
    )


ZONES = LAW.parameter("export.zones").values
BEGUN = {city: value.since for value in ZONES for city in value.table["cities"]}
PILOT = [city for value in LAW.parameter("modes.pilot_area").values for city in value.table["cities"]]


def test_each_city_that_a_dated_list_names_has_one_row_with_its_offices_and_nothing_else_has():
    later = [city for city in PILOT if city not in BEGUN]
    assert [row.city for row in zone_offices.all_cities()] == [*BEGUN, *later]
    assert len(BEGUN) == sum(len(value.table["cities"]) for value in ZONES)
    assert len(set(PILOT)) == len(PILOT)


def test_only_a_zone_that_exists_is_revoked():
    for value in ZONES:
        assert all(BEGUN[city] < value.since for city in value.table.get("revoked", ())), value.id


def test_a_city_without_offices_has_a_note_and_every_office_is_in_the_code_table():
    for row in zone_offices.all_cities():
        assert row.offices or row.note, row
        assert all(len(office) == 2 or office in codes.offices for office in row.offices), row


def test_every_city_lies_in_its_zone_from_the_first_day_of_its_batch():
    """A city that shares an office with another (阿拉山口 and 博尔塔拉) is in from the earlier day."""
    for row in zone_offices.all_cities():
        for office in row.offices if row.city in BEGUN else ():
            code = office if len(office) == 4 else f"{office}00"
            first = min(BEGUN[city] for city in zone_offices.cities_of(code) if city in BEGUN)
            inside = [
                requirements.zone_requirement_of(code, first + timedelta(days=shift), LAW).applies for shift in (-1, 0)
            ]
            assert inside == [False, True], (row.city, office)


def test_every_reason_of_clearance_by_list_is_reported_by_a_case():
    reasons = {
        rule
        for parameter in file_cases("export/list_clearance")
        for rule in (*parameter.values[0]["reasons"], *parameter.values[0].get("review", []))
    }
    own = {value for name, value in vars(list_clearance).items() if name.isupper() and str(value).startswith("17")}
    assert own and own <= {*reasons, list_clearance.NO_RATE_OF_MONTH}  # which the package's rates never lead to


fen = st.integers(0, 10_000_00)


@given(st.lists(fen, min_size=1, max_size=6), st.sampled_from(["9710", "9810"]))
def test_the_limit_is_inclusive_and_of_the_whole_list(lines, mode):
    given_lines = [
        {"gnum": number, "total_price": amount_text(amount * 1000), "currency": "142"}
        for number, amount in enumerate(lines, 1)
    ]
    result = _verdict({"list": {"trade_mode": mode}, "lines": given_lines, "day": DAY})
    assert (list_clearance.ABOVE_VALUE_LIMIT in [reason.rule for reason in result.reasons]) == (sum(lines) > 5_000_00)


@given(fen, fen)
def test_a_list_of_higher_prices_never_has_a_lower_value(first, other):
    less, more = sorted((first, other))
    values = [
        calculate_fob(document("export_inventory", None, [{"total_price": amount_text(first * 1000)}]), DAY, LAW).amount
        for first in (less, more)
    ]
    assert values[0] <= values[1]
