"""Two who work on one batch at the same instant do each of its steps once, and do not wait in a circle."""

from __future__ import annotations

from collections import Counter
from threading import Barrier, Thread

import pytest

from gateways.customs.batches import locks, notes, work
from gateways.customs.batches.repository import ENDED_STATES
from single_window.wiring import Window
from tests.databases import ON_BOTH
from tests.officers import TESTER, act, named
from tests.patience import PATIENCE
from tests.stories.batching import Batching, requested
from tests.stories.story import StoryRunner, outcome

pytestmark = ON_BOTH
DRIVER = Batching
LISTS = 16


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """A batch of a few lists takes many deliveries."""
    for module in (locks, notes, work):
        monkeypatch.setattr(module, "MEMBERS_PER_CHUNK", 3)


def beside(story: StoryRunner) -> Window:
    """Another window on the same database."""
    return Window(story.window.settings, engine=None)


def together(*windows: Window) -> None:
    """Let all of them work at once until nothing is left."""
    ready, failed = Barrier(len(windows)), []

    def works(window: Window) -> None:
        ready.wait(PATIENCE)
        try:
            window.recover()
            window.settle()
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=works, args=(window,)) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failed == []


def test_a_batch_is_declared_and_released_once_by_two(driver):
    number, trades = driver.gathered(LISTS)
    driver.ask_only(number, "declare")
    other = beside(driver.story)
    together(driver.story.window, other)
    other.close()
    driver.story.window.settle()
    assert (driver.batch(number).state, driver.batch(number).released) == ("closed", LISTS)
    assert [Counter(outcome(driver.story.receipts(trade)))["800", "2600.batch"] for trade in trades] == [1] * LISTS


@pytest.mark.long
def test_lists_and_acts_that_come_while_a_batch_is_worked_on_are_counted_once(start_story):
    driver = Batching(start_story(inspection=True))
    number, trades = driver.gathered(LISTS)
    story = driver.story
    late = driver.trades(2, first=LISTS)
    driver.ask_only(number, "declare")
    for trade in trades[:4]:
        act(story.window, "story", str(story.column(trade, "invt_no")), "reject", "测试", TESTER, as_declared=True)
    story.file(*[story.message(trade, kind) for trade in late for kind in ("order", "payment", "waybill", "inventory")])
    other = beside(story)
    together(story.window, other)
    other.close()
    story.pass_time(hours=120)
    batch, places = driver.batch(number), driver.places(number)
    counted = Counter(places.values())
    assert (batch.released, batch.refused) == (counted["released"], counted["refused"])
    assert set(counted) <= ENDED_STATES | {"withdrawn", "held", "inspected"}
    assert driver.audit(number).agrees


def test_of_two_who_add_a_list_to_two_batches_at_once_one_has_it(driver):
    numbers = [driver.open(), driver.open()]
    trades = driver.trades(4)
    for number in numbers:
        requested(driver.story.window, number, "add", named("Wang"), 0, [trade.id for trade in trades])
    other = beside(driver.story)
    together(driver.story.window, other)
    other.close()
    driver.send(trades)
    assert [driver.positions(trade.id) for trade in trades] == [1] * 4
    assert sum(driver.batch(number).members for number in numbers) == 4
