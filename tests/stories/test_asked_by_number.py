"""Order numbers that ask for an outcome, where the sandbox lets them."""

from __future__ import annotations

from dataclasses import replace

from simulators.imports.trade import ImportTrade
from single_window.outcomes import making
from tests.stories.story import KINDS, StoryRunner

GREEN = ["2", "120", "800"]


def sent(story: StoryRunner, number: int, sign: str) -> ImportTrade:
    """Send a sound trade whose order number ends so; gives it with that number."""
    trade = story.trade(number)
    named = replace(trade, id=trade.id + sign)
    for kind in KINDS:
        story.send(trade, kind, orderNo=named.id)
    return named


def test_an_order_number_asks_for_what_comes_of_its_list(start_story) -> None:
    story = start_story(magic_values=True)
    rejected, inspected, refused, twice, plain = (
        sent(story, number, sign) for number, sign in enumerate(("~R1313", "~I", "~P621005", "~TWICE", "~Z"))
    )
    assert story.statuses(rejected) == ["2", "100"] and story.state(rejected) == "rejected"
    assert "[Code:1313;" in story.receipts(rejected)[-1].info
    assert story.statuses(inspected) == ["2", "120", "500"] and story.state(inspected) == "under_inspection"
    assert story.statuses(refused) == ["-621005"] and story.state(refused) == ""
    assert story.statuses(twice) == [*GREEN, "800", "800"] and story.statuses(plain) == GREEN
    forced = [line.reasons for line in story.timeline(rejected) if line.event == "forced"]
    assert len(forced) == 1 and "~R1313" in str(forced)


def test_receipts_of_all_documents_of_the_order_come_late(start_story) -> None:
    story = start_story(magic_values=True)
    late = sent(story, 0, "~LATE7200")
    assert story.statuses(late) == [] and story.statuses(late, "order") == []
    story.pass_time(hours=1)
    assert story.statuses(late) == []
    story.pass_time(hours=1)
    assert story.statuses(late) == GREEN and story.statuses(late, "order")


def test_without_the_option_an_order_number_is_only_a_number(story) -> None:
    assert story.statuses(sent(story, 0, "~R1332")) == GREEN


def test_the_number_comes_before_triggers_of_the_sandbox(start_story) -> None:
    story = start_story(magic_values=True)
    made = making.make(
        story.window.engine, story.window.numbering, story.sandbox, match={}, times=0, action={"do": "review"}
    )
    assert made and story.statuses(sent(story, 0, "~I"))[-1] == "500"
    assert story.statuses(sent(story, 1, ""))[-1] == "300"
