"""Customs asks tax again before the first answer has come: one reservation, one release, one bill, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from simulators.imports.trade import ImportTrade
from single_window.store.engine import reading
from single_window.store.tables import delivery
from tests.officers import TESTER, act
from tests.stories.story import StoryRunner, outcome


@contextmanager
def away(story: StoryRunner, queue: str) -> Iterator[None]:
    """Nobody works on a queue for a while, then what waits in it is dealt with."""
    worker = story.window._workers.pop(queue)
    yield
    story.window._workers[queue] = worker
    story.window.settle()


def decide(story: StoryRunner, trade: ImportTrade, action: str) -> None:
    """An officer acts, and the window works."""
    act(story.window, story.sandbox, trade.id, action, reason="测试", officer=TESTER, as_declared=True)
    story.window.settle()


def waiting(story: StoryRunner, topic: str) -> list[int]:
    """The deliveries of a topic that are open."""
    with reading(story.window.engine) as connection:
        return list(
            connection.execute(
                select(delivery.c.id).where(delivery.c.topic == topic, delivery.c.state != "done")
            ).scalars()
        )


def test_two_requests_handled_together_reserve_once_and_two_answers_release_once(story):
    trade = story.trade()
    with away(story, "tax"):
        story.send(trade)
        decide(story, trade, "review")
        decide(story, trade, "conclude")
        assert len(waiting(story, "tax.requested")) == 2
    assert outcome(story.receipts(trade))[-1] == ("800", "2600")
    assert story.statuses(trade).count("800") == 1
    assert story.bills(trade) == [("0", "made")]
    assert story.guarantee_of(trade)[0] == 0
    assert story.used_allowance(trade) == (0, story.column(trade, "value"))


def test_a_request_that_overtakes_the_word_to_drop_the_one_before_it_still_ends_in_a_bill(story):
    trade = story.trade()
    tax = story.window._workers["tax"]
    with away(story, "tax"):
        story.send(trade)
        decide(story, trade, "review")
        with away(story, "customs"):
            tax.work(waiting(story, "tax.requested"))
        dropped = waiting(story, "tax.dropped")
        assert dropped
        decide(story, trade, "conclude")
        tax.work(waiting(story, "tax.requested"))
        tax.work(dropped)
    assert story.state(trade) == "released"
    assert story.bills(trade) == [("0", "made")]
    reserved, booked = story.guarantee_of(trade)
    assert (reserved, booked > 0) == (0, True)


def test_an_answer_that_comes_again_after_the_release_takes_nothing_back(story):
    trade = story.trade()
    customs, tax = story.window._workers["customs"], story.window._workers["tax"]
    with away(story, "tax"):
        story.send(trade)
        decide(story, trade, "review")
        decide(story, trade, "conclude")
        with away(story, "customs"):
            tax.work(waiting(story, "tax.requested"))
            for answer in waiting(story, "tax.assessed"):
                customs.work([answer])
        tax.work(waiting(story, "tax.dropped"))
    assert story.state(trade) == "released"
    assert story.bills(trade) == [("0", "made")]
