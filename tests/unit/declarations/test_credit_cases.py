"""Conditions and periods of credit whatever the events, and a grade never follows from points."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from declarations.credit.case_numbers import case_no_of
from declarations.credit.conditions import PREFIX, AssessedCompany, assess, next_day, side_by_side
from declarations.credit.events import CreditEvent
from declarations.credit.periods import degree_of, shown_between
from declarations.parameters import describe, load
from declarations.parameters.tables.clearance import CreditGrading
from declarations.parameters.tables.credit import CreditCondition
from tests.tables import each

CONDITIONS = [value for parameter in describe() if parameter.name.startswith(PREFIX) for value in parameter.values]
COMPANY = AssessedCompany("3702961234", "ordinary", documents=40_000)
DAYS = st.dates(date(2014, 12, 1), date(2030, 12, 31))
EVENTS = st.lists(
    st.builds(
        CreditEvent,
        number=st.uuids().map(str),
        kind=st.sampled_from(["101", "102", "103", "104", "105", "106", "107", "201", "303", "901"]),
        degree=st.sampled_from("LGS"),
        agency=st.just("customs"),
        occurred=DAYS,
        decided=DAYS,
        final=st.none() | DAYS,
        amount=st.integers(0, 2**40),
        cured=st.none() | DAYS,
        withdrawn=st.none() | DAYS,
    ),
    max_size=5,
)


@each("value", CONDITIONS, ids=lambda value: value.id)
def test_a_condition_leads_to_a_grade_of_its_regime(value) -> None:  # type: ignore[no-untyped-def]
    table = value.table_as(CreditCondition)
    grading = load().on("registration.grading", value.since).table_as(CreditGrading)
    assert table.grade in grading.grades and set(table.holding) <= {*grading.grades, "certified"}


@settings(max_examples=60)
@given(EVENTS, DAYS)
def test_between_two_days_of_change_no_grade_changes(events: list[CreditEvent], day: date) -> None:
    following = next_day(events, day, load())
    last = min(following or date.max, day + timedelta(days=900)) - timedelta(days=1)
    assert assess(COMPANY, events, day, load()).grade == assess(COMPANY, events, last, load()).grade


@settings(max_examples=60)
@given(EVENTS, DAYS)
def test_another_regime_is_asked_about_the_same_events(events: list[CreditEvent], day: date) -> None:
    regimes = (date(2014, 12, 1), date(2018, 5, 1), date(2021, 11, 1), date(2026, 4, 1))
    several = side_by_side(COMPANY, events, day, load(), regimes)
    assert [one.order for one in several] == ["第225号令", "第237号令", "第251号令", "第282号令"]
    assert [one.provisional for one in several] == [False, False, False, True]
    assert all(one.day == day and bool(one.grade) == bool(one.satisfied) for one in several)


@settings(max_examples=60)
@given(EVENTS, DAYS)
def test_events_that_lapsed_or_were_quashed_lead_nowhere(events: list[CreditEvent], day: date) -> None:
    quashed = [event._replace(withdrawn=day) for event in events]
    assert not assess(COMPANY, quashed, day, load()).grade


def test_the_gravest_degree_decides_how_long_is_published() -> None:
    event = CreditEvent("1", "103", "L", "customs", date(2026, 5, 1), date(2026, 5, 1), None)
    assert [degree_of(given) for given in ([], [event], [event, event._replace(degree="S")])] == ["L", "L", "S"]
    assert shown_between(date(2026, 5, 1), "G", load()).latest == date(2027, 5, 1)


def test_the_number_of_a_case_follows_from_its_company_its_day_and_how_many_came_before() -> None:
    numbers = [case_no_of("3702961234", date(2026, 11, 2), before) for before in range(3)]
    assert numbers == [case_no_of("3702961234", date(2026, 11, 2), before) for before in range(3)]
    assert len({*numbers, case_no_of("3702965678", date(2026, 11, 2), 0)}) == 4
    assert all(number.startswith("XY20261102") for number in numbers)
