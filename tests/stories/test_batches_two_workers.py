"""Two who work on one batch at the same instant do each of its steps once, and do not wait in a circle."""

from __future__ import annotations

from collections import Counter
from threading import Barrier, Thread

import pytest

from gateways.customs.batches import notes, reach, work
from gateways.customs.batches.repository import SETTLED
from single_window.cases import acts, batches
from single_window.wiring import Window
from tests.databases import ON_BOTH
from tests.officers import TESTER, named
from tests.stories.batching import Batching
from tests.stories.telling import Teller, outcome

pytestmark = ON_BOTH
TOLD = Batching
LISTS = 16


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """A batch of a few lists takes many deliveries."""
    for module in (notes, reach, work):
        monkeypatch.setattr(module, "CHUNK", 3)


def beside(story: Teller) -> Window:
    """Another window on the same database."""
    return Window(story.window.settings, engine=None)


def together(*windows: Window) -> None:
    """Let all of them work at once until nothing is left."""
    ready, failed = Barrier(len(windows)), []

    def works(window: Window) -> None:
        ready.wait(30)
        try:
            window.recover()
            window.settle()
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=works, args=(one,)) for one in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []


def test_a_batch_is_declared_and_released_once_by_two(told):
    number, trades = told.gathered(LISTS)
    told.ask_only(number, "declare")
    other = beside(told.story)
    together(told.story.window, other)
    other.close()
    told.story.window.settle()
    assert (told.one(number).state, told.one(number).released) == ("closed", LISTS)
    assert [Counter(outcome(told.story.receipts(one)))["800", "2600.batch"] for one in trades] == [1] * LISTS


def test_lists_and_acts_that_come_while_a_batch_is_worked_on_are_counted_once(tell):
    told = Batching(tell(inspection=True))
    number, trades = told.gathered(LISTS)
    story = told.story
    late = told.trades(2, first=LISTS)
    told.ask_only(number, "declare")
    for trade in trades[:4]:
        acts.act(story.window, "story", str(story.column(trade, "invt_no")), "reject", "测试", TESTER)
    story.file(*[story.message(one, kind) for one in late for kind in ("order", "payment", "waybill", "inventory")])
    other = beside(story)
    together(story.window, other)
    other.close()
    story.pass_time(hours=120)
    batch, places = told.one(number), told.places(number)
    counted = Counter(places.values())
    assert (batch.released, batch.refused) == (counted["released"], counted["refused"])
    assert set(counted) <= SETTLED | {"withdrawn", "held", "inspected"}
    assert told.audit(number).agrees


def test_of_two_who_add_a_list_to_two_batches_at_once_one_has_it(told):
    numbers = [told.open(), told.open()]
    trades = told.trades(4)
    for number in numbers:
        batches.ask(told.story.window, "story", number, "add", named("Wang"), 0, [one.id for one in trades])
    other = beside(told.story)
    together(told.story.window, other)
    other.close()
    told.send(trades)
    assert [told.positions(one.id) for one in trades] == [1] * 4
    assert sum(told.one(number).members for number in numbers) == 4
