"""What follows from a batch in the same process is dealt with in its transaction; what fails there, hop by hop."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from single_window.store.tables import delivery
from tests.databases import ON_BOTH, fetch
from tests.stories.story import KINDS, outcome

pytestmark = ON_BOTH
RELEASED = [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]


def commits(story) -> list[str]:
    """Which queue's worker commits, from now on."""
    seen: list[str] = []
    for queue, worker in story.window._workers.items():
        worker._fault = lambda point, queue=queue: seen.append(queue) if point == "after-commit" else None
    return seen


def deliveries(story) -> list[tuple[str, str, str]]:
    """Topic, state and reason of every delivery, in the order in which they were filed."""
    rows = fetch(
        story.window.engine, select(delivery.c.topic, delivery.c.state, delivery.c.reason).order_by(delivery.c.id)
    )
    return [(topic, state, reason.partition(":")[0]) for topic, state, reason in rows]


def breaking(story, queue: str, error: Exception):
    """The consumer of a queue raises whenever it plans."""
    consumer = story.window._workers[queue].consumer

    def plan(connection, taken):
        raise error

    consumer.plan = plan
    return consumer


def test_a_trade_is_released_in_the_transaction_that_receives_its_last_document(start_story):
    story = start_story()
    trade = story.trade()
    seen = commits(story)
    story.send(trade)
    assert outcome(story.receipts(trade)) == RELEASED
    assert set(seen) == {"reception"}
    assert deliveries(story) == [], "what is done is not stored"


def test_every_hop_has_a_transaction_of_its_own_where_the_setting_says_so(start_story):
    story = start_story(run_to_completion=0)
    trade = story.trade()
    seen = commits(story)
    story.send(trade)
    assert outcome(story.receipts(trade)) == RELEASED
    assert {"reception", "customs", "tax"} <= set(seen)


def test_both_ways_come_to_the_same(start_story):
    reports = []
    for name, together in (("together", 1), ("apart", 0)):
        story = start_story(name, run_to_completion=together)
        trades = [story.trade(number) for number in range(3)] + [story.trade(7, fault="guarantee_short")]
        for trade in trades:
            story.send(trade)
        reports.append(
            [(outcome(story.receipts(trade)), story.state(trade), story.used_allowance(trade)) for trade in trades]
        )
    assert reports[0] == reports[1]


def test_what_fails_by_itself_is_parked_alone_and_what_it_follows_from_stays_done(start_story):
    story = start_story()
    trade = story.trade()
    error = ValueError("no such rate")
    error.permanent = True
    breaking(story, "tax", error)
    story.send(trade)
    assert outcome(story.receipts(trade)) == RELEASED[:2]
    assert deliveries(story) == [("tax.requested", "parked", "ValueError")]


def test_more_than_a_batch_goes_on_through_the_broker(start_story):
    story = start_story(batch=2)
    trades = [story.trade(number) for number in range(3)]
    seen = commits(story)
    story.file(
        *[story.message(trade, kind) for kind in ("order", "payment", "waybill", "inventory") for trade in trades]
    )
    story.window.settle()
    assert [outcome(story.receipts(trade)) for trade in trades] == [RELEASED] * 3
    assert len(seen) > 3


@pytest.mark.parametrize("point", ["before-commit", "after-commit"])
def test_a_commit_that_fails_takes_everything_that_followed_with_it(start_story, point):
    story = start_story()
    trade = story.trade()
    broken = [True]

    def breaks(reached):
        if reached == point and broken:
            broken.clear()
            raise OSError("no space left on device")

    story.window._workers["reception"]._fault = breaks
    for kind in ("order", "payment", "waybill", "inventory"):
        story.file(story.message(trade, kind))
    for _ in range(2):
        try:
            story.window.settle()
        except OSError:
            story.window.recover()
    assert not broken
    assert outcome(story.receipts(trade)) == RELEASED
    assert len(story.bills(trade)) == 1


def test_a_step_says_whether_it_has_left_anything_that_is_ready(start_story):
    together, apart, failing = (
        start_story("together"),
        start_story("apart", run_to_completion=0),
        start_story("failing"),
    )
    breaking(failing, "customs", ValueError("no such rate"))
    left = {}
    for name, story in (("together", together), ("apart", apart), ("failing", failing)):
        story.file(*[story.message(story.trade(), kind) for kind in KINDS])
        assert story.window.step()
        left[name] = (story.window.finished, story.window.step() > 0)
    assert left == {"together": (True, False), "apart": (False, True), "failing": (False, True)}
