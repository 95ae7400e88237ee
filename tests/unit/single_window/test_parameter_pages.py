"""The pages of dated values: what is in force on any day, where it is from, what came before and what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from declarations.parameters import load
from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.cases.parameters import dated_values
from single_window.clock import Clock
from single_window.wiring import Window
from tests.databases import kept_open, window_in
from tests.officers import Browser, signed_in
from tests.stories.story import NOON
from tests.tables import each

PAGE = "/parameters?sandbox=s&lang=en"
ONE = "/parameters/{name}?sandbox=s&lang=en"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    window = window_in(tmp_path)
    window.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
    yield from kept_open(window)


@pytest.fixture
def app(window: Window) -> Flask:
    return create_app(window)


def page(app: Flask, more: str = "", place: str = PAGE) -> str:
    return str(Browser(app.test_client()).get(place + more).text)


@each(
    ("day", "in_force", "before", "after"),
    [
        ("2016-04-07", None, None, "20000"),
        ("2016-04-08", "20000", None, "26000"),
        ("2018-12-31", "20000", None, "26000"),
        ("2019-01-01", "26000", "20000", None),
    ],
)
def test_a_parameter_stands_between_what_came_before_and_what_comes_next(
    day: str, in_force: str | None, before: str | None, after: str | None
) -> None:
    standing = dated_values.on_day(load().parameter("limits.annual"), date.fromisoformat(day))
    assert [value and str(value.amount) for value in standing[1:]] == [in_force, before, after]


def test_a_value_that_has_ended_and_that_nothing_follows_is_what_came_before() -> None:
    ended = next(parameter for parameter in load().describe() if parameter.values[-1].until)
    standing = dated_values.on_day(ended, date(2199, 1, 1))
    assert (standing.value, standing.before, standing.after) == (None, ended.values[-1], None)


def test_every_parameter_is_in_a_group_of_its_own_folder() -> None:
    firsts = {parameter.name.partition(".")[0] for parameter in load().describe()}
    assert firsts == {first for group in dated_values.GROUPS.values() for first in group}


def test_pages_follow_each_other_without_gap_or_repetition(window: Window) -> None:
    start, names = 0, []
    while True:
        shown_page = dated_values.parameters_page(load(), date(2026, 11, 20), start=start, limit=40)
        names += [row.parameter.name for _, rows in shown_page.groups for row in rows]
        if not (start := shown_page.after):
            break
    assert sorted(names) == [parameter.name for parameter in load().describe()] and len(names) == shown_page.total


def test_the_page_shows_the_values_of_the_day_with_source_and_confidence(app: Flask) -> None:
    early, late = page(app, "&day=2018-12-31&name=limits.annual"), page(app, "&day=2019-01-01&name=limits.annual")
    assert "财关税〔2016〕18号" in early and "26000" in early, "what comes next is known"
    assert "财关税〔2018〕49号" in late and "confirmed (C)" in late and "Limits" in late


def day_field(app: Flask, query: str = "") -> str:
    """The value of the field of the day."""
    return re.findall(r'<input id="day"[^>]* value="([^"]*)"', page(app, query))[0]


def test_without_a_day_it_is_the_sandbox_s_today(app: Flask) -> None:
    assert day_field(app) == "2026-11-20"
    assert day_field(app, "&day=nonsense") == "2026-11-20"


@each(
    ("query", "there", "absent"),
    [
        ("&name=INSPECTION", "inspection.rates", "limits.annual"),
        ("&name=查验率", "inspection.rates", "limits.annual"),
        ("&name=yearly limit", "limits.annual", "inspection.rates"),
        ("&group=windows", "windows.arrival", "limits.annual"),
        ("&group=nonsense", "limits.annual", "windows.arrival"),
        ("&name=nonsense&start=-3", "0 parameters", "limits.annual"),
    ],
)
def test_name_title_and_group_narrow_the_list(app: Flask, query: str, there: str, absent: str) -> None:
    page_text = page(app, query)
    assert there in page_text and absent not in page_text


def test_what_is_typed_is_shown_as_text(app: Flask) -> None:
    assert HOSTILE not in page(app, f"&name={HOSTILE}")


def test_a_parameter_has_a_page_with_all_values_and_the_rules_behind_them(app: Flask) -> None:
    page_text = page(app, "&day=2018-12-31", ONE.format(name="limits.annual"))
    assert "20000" in page_text and "26000" in page_text and 'id="rule-cgs2018-49"' in page_text
    assert page_text.count("chip good") == 1, "one of them is in force"
    assert "no value on this day" in page(app, "&day=2016-04-07", ONE.format(name="limits.annual"))
    assert Browser(app.test_client()).get(ONE.format(name="limits.monthly")).status_code == 404


@each(("role", "named"), [("supervisor", True), ("auditor", True), ("administrator", True), ("reviewer", False)])
def test_who_watches_over_the_window_finds_it_in_the_navigation(
    app: Flask, window: Window, role: str, named: bool
) -> None:
    front = signed_in(app.test_client(), window, f"a-{role}", role).get("/day?sandbox=s").text
    assert ('href="/parameters?sandbox=s"' in front) is named
