"""Exports under the law of earlier days: collections, modes, offices."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.calendar import instant_of
from gateways.records import Options
from single_window.clock import Clock
from tests.databases import LATER_ON_POSTGRESQL
from tests.stories.exporting import Sale, statuses
from tests.stories.test_export_lives import TAKEN, lists

pytestmark = LATER_ON_POSTGRESQL


def then(start_story, day):
    """A story whose sandbox lives on another day."""
    story = start_story()
    story.sandbox = "then"
    story.window.make_sandbox(
        "then", Options(inspection=False), seed="then", clock=Clock("virtual", instant_of(day, 12), 0, 0)
    )
    return story


def day_of(sale, day):
    """The sale, declared on a day."""
    time = f"{day:%Y%m%d}090000"
    return [sale.message(kind, appTime=time) for kind in ("export_order", "export_waybill", "export_inventory")]


def test_until_the_14th_of_december_2024_a_list_waits_for_the_money(start_story):
    day = date(2024, 12, 14)
    story, sale = then(start_story, day), Sale()
    story.submit(*day_of(sale, day))
    assert story.state(sale) == "declared"
    story.submit(sale.message("collection", appTime="20241214100000"))
    assert lists(story, sale) == statuses(story, sale.id, "collection") == TAKEN


def test_money_that_never_comes_rejects_its_list(start_story):
    day = date(2024, 12, 14)
    story, sale = then(start_story, date(2024, 12, 10)), Sale()
    story.submit(*day_of(sale, day.replace(day=10)))
    story.pass_time(hours=73)
    assert lists(story, sale)[-1] == ("100", "17132")


def test_since_the_15th_no_list_waits_and_money_that_comes_is_compared_all_the_same(start_story):
    day = date(2024, 12, 15)
    story, sale, other = then(start_story, day), Sale(1), Sale(2)
    story.submit(*day_of(sale, day), *day_of(other, day))
    assert lists(story, sale) == TAKEN
    story.submit(
        sale.message("collection", appTime="20241215100000"),
        other.message("collection", appTime="20241215100000", charge="1.00"),
    )
    assert statuses(story, sale.id, "collection") == TAKEN
    assert statuses(story, other.id, "collection") == [("2", "2"), ("100", "17124")]
    assert lists(story, other) == TAKEN


@pytest.mark.parametrize(
    ("mode", "office", "port", "day", "end"),
    [
        ("9710", "4227", "4227", date(2020, 8, 31), ("100", "17201")),
        ("9710", "4227", "4227", date(2020, 9, 1), ("120", "1800")),
        ("9610", "9600", "4227", date(2015, 4, 30), ("100", "17501")),
        ("9610", "9600", "4227", date(2015, 5, 1), ("120", "1800")),
        ("9610", "2900", "4227", date(2016, 6, 1), ("100", "17501")),
        ("9610", "2900", "4227", date(2017, 7, 1), ("120", "1800")),
    ],
)
def test_modes_open_and_offices_clear_for_each_other_on_their_days(start_story, mode, office, port, day, end):
    story, sale = then(start_story, day), Sale(mode=mode, office=office, port=port)
    story.submit(*day_of(sale, day), sale.message("collection", appTime=f"{day:%Y%m%d}100000"))
    assert lists(story, sale)[-1] == end
