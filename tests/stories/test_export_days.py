"""Exports under the law of earlier days: collections, modes, offices."""

from __future__ import annotations

from datetime import date

from declarations.calendar import instant_of
from gateways.circumstances import Options
from single_window.clock import Clock
from tests.databases import ON_BOTH
from tests.stories.exporting import Sale, statuses
from tests.stories.test_export_lives import TAKEN, lists

pytestmark = ON_BOTH


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
