"""The port has answered an amendment, and customs receives it only after something else: nobody decides on what was."""

from __future__ import annotations

import pytest

from simulators.imports.stories import amended_document
from single_window.work import filing
from tests.officers import TESTER, act
from tests.stories.story import StoryRunner


def suspended(story: StoryRunner, trade) -> None:
    """A list that an officer has suspended, so that it may be amended."""
    story.send(trade)
    story.decide(trade, "suspend", "补充材料")
    assert story.state(trade) == "suspended"


@pytest.fixture
def story(start_story):
    """A story whose every hop is a batch of its own, as where each gateway has a process."""
    return start_story(run_to_completion=0)


@pytest.mark.parametrize("action", ["conclude", "inspect", "reject", "review"])
def test_an_officers_act_on_a_list_that_was_amended_meanwhile_is_refused(story, action):
    trade = story.trade(fault="content_missing")
    suspended(story, trade)
    number = str(story.column(trade, "pre_no"))
    filed = act(story.window, story.sandbox, number, action, reason="测试", officer=TESTER, as_declared=True)
    story.file(
        amended_document(
            trade, changes={"buyerName": "他人甲"}, pre_no=number, invt_no=str(story.column(trade, "invt_no"))
        ).body
    )
    story.window._workers["reception"].work(story.waiting(topic="message.received"))
    story.window.settle()
    assert filing.outcome(story.window, story.sandbox, filed.decision).refused
    assert [receipt.return_status for receipt in story.receipts(trade)][-2:] == ["2", "100"]
    assert story.receipts(trade)[-1].rule == "13127", "customs decided on what the list says now"


def test_the_automatic_officer_leaves_an_amended_list_alone(start_story):
    story = start_story(automatic_officer=True)
    trade = story.trade(fault="content_missing")
    suspended(story, trade)
    story.pass_time(hours=500)
    assert story.state(trade) != "suspended", "left alone, he would have decided"
