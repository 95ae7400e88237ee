"""Customs asks tax again before the first answer has come: one reservation, one release, one bill, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.stories.story import StoryRunner, outcome


@contextmanager
def away(story: StoryRunner, queue: str) -> Iterator[None]:
    """Nobody works on a queue for a while, then what waits in it is dealt with."""
    worker = story.window._workers.pop(queue)
    yield
    story.window._workers[queue] = worker
    story.window.settle()


def test_two_requests_handled_together_reserve_once_and_two_answers_release_once(story):
    trade = story.trade()
    with away(story, "tax"):
        story.send(trade)
        story.decide(trade, "review")
        story.decide(trade, "conclude")
        assert len(story.waiting(topic="tax.requested")) == 2
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
        story.decide(trade, "review")
        with away(story, "customs"):
            tax.work(story.waiting(topic="tax.requested"))
        dropped = story.waiting(topic="tax.dropped")
        assert dropped
        story.decide(trade, "conclude")
        tax.work(story.waiting(topic="tax.requested"))
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
        story.decide(trade, "review")
        story.decide(trade, "conclude")
        with away(story, "customs"):
            tax.work(story.waiting(topic="tax.requested"))
            for answer in story.waiting(topic="tax.assessed"):
                customs.work([answer])
        tax.work(story.waiting(topic="tax.dropped"))
    assert story.state(trade) == "released"
    assert story.bills(trade) == [("0", "made")]
