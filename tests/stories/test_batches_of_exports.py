"""Batches of exports: by arrival note or by hand, released together, closed when each parcel has left."""

from __future__ import annotations

import pytest

from single_window.accounts.people import participant
from single_window.cases.batches import queries as batches
from single_window.cases.batches.requests import open_batch
from tests.databases import ON_BOTH
from tests.stories.batching import Batching
from tests.stories.exporting import OFFICE, Sale, cancellation, invt_no, note, statuses
from tests.stories.story import WORLD

pytestmark = ON_BOTH
DRIVER = Batching


def arrived(story, count: int, number: str = "YD1") -> list[Sale]:
    """Sales whose lists are accepted and whose parcels one note reports."""
    sales = [Sale(place) for place in range(1, count + 1)]
    story.submit(*[body for sale in sales for body in (*sale.messages(), sale.message("collection"))])
    story.submit(note("arrival_note", sales, number))
    return sales


def ends(story, sale) -> list[tuple[str, str]]:
    return statuses(story, sale.id, "export_inventory")


@pytest.mark.parametrize("option", ["arrival", "master_waybill"])
def test_what_one_note_reports_is_declared_and_released_together(start_story, option):
    driver = Batching(start_story(batches=option))
    sales = arrived(driver.story, 3)
    (batch,) = driver.all()
    assert (batch.flow, batch.state, batch.members, batch.customs_code) == ("E", "open", 3, OFFICE)
    assert batch.opened_by == WORLD.agents[0].code
    driver.story.pass_time(hours=25)
    batch = driver.batch(batch.batch_no)
    assert (batch.state, batch.released) == ("closed", 3)
    assert [ends(driver.story, sale)[-1] for sale in sales] == [("800", "2600.batch")] * 3
    driver.story.submit(note("departure_note", sales, "LJ1"))
    assert [ends(driver.story, sale)[-1] for sale in sales] == [("899", "14899.batch")] * 3


def test_a_list_takes_its_place_when_its_parcel_arrives(driver):
    story = driver.story
    request = open_batch(story.window, story.sandbox, "E", OFFICE, "9610", participant("4101985556"))
    story.window.settle()
    number = story.read(batches.find_by_opening, request.opening).batch_no
    driver.ask(number, "add", [Sale(1).id, Sale(3).id])
    sales = arrived(story, 2)
    assert driver.places(number) == {sales[0].id: "waiting", Sale(3).id: "reserved"}
    assert story.state(sales[1]) == "released"
    driver.ask(number, "declare")
    assert (story.state(sales[0]), driver.batch(number).members) == ("released", 1)


def test_an_export_that_is_cancelled_leaves_its_batch(start_story):
    driver = Batching(start_story(batches="arrival"))
    sales = arrived(driver.story, 2)
    number = driver.all()[0].batch_no
    driver.story.submit(cancellation(invt_no(driver.story, sales[0])))
    assert driver.story.state(sales[0]) == "cancelled"
    assert driver.places(number) == {sales[0].id: "withdrawn", sales[1].id: "waiting"}
    driver.story.pass_time(hours=25)
    assert (driver.batch(number).state, driver.batch(number).members) == ("closed", 1)
    assert driver.story.state(sales[1]) == "released"


def test_a_parcel_that_left_before_its_batch_was_released_closes_its_list_at_once(start_story):
    driver = Batching(start_story(batches="arrival"))
    sales = arrived(driver.story, 2)
    driver.story.submit(note("departure_note", sales[:1], "LJ1"))
    driver.ask(driver.all()[0].batch_no, "declare", role="officer")
    assert [driver.story.state(sale) for sale in sales] == ["closed", "released"]
    assert driver.all()[0].state == "closed"
