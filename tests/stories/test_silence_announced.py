"""A declarant was told that his case is refused without an answer, and none came: the page offers that act first, with
its reason, and decides nothing by itself."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from single_window.api.app import create_app
from single_window.store import questions
from tests.described import described_client
from tests.officers import Browser, signed_in
from tests.stories.story import StoryRunner

REASON = "2026-11-21前未答复：请提供发票。须提交书面说明，2026-11-21前答复，逾期予以退单"


@pytest.fixture
def browser(story: StoryRunner) -> Any:
    with described_client(create_app(story.window)) as client:
        yield signed_in(client, story.window, "wang", "reviewer")


def asked(story: StoryRunner, silence: str, hours: int = 37) -> Any:
    trade = story.trade(fault="content_missing")
    story.send(trade)
    story.decide(trade, "ask", "请提供发票", due="2026-11-21", silence=silence)
    story.pass_time(hours=hours)
    return trade


def offered(story: StoryRunner, browser: Browser, trade: Any) -> tuple[list[str], str, str]:
    """The acts in their order, the reason prepared for a rejection, and the act that is chosen already."""
    shown = browser.get(f"/declarations/{story.column(trade, 'id')}?sandbox=story&lang=en").text
    acts = re.findall(r'name="act" value="(\w+)"', shown)
    reasons = re.findall(r'id="reason-reject" name="reason" maxlength="1000"\s+value="([^"]*)"', shown)
    chosen = re.findall(r'name="armed" id="act-(\w+)"[^>]* checked', shown)
    return acts, unescape(reasons[0]) if reasons else "", "".join(chosen)


def test_the_announced_act_comes_first_with_its_reason(story: StoryRunner, browser: Browser) -> None:
    trade = asked(story, "refuse")
    acts, reason, chosen = offered(story, browser, trade)
    assert (acts[0], reason, chosen) == ("reject", REASON, "")
    assert story.state(trade) == "suspended"
    form = {"act": "reject", "reason": reason, "version": str(story.column(trade, "version"))}
    where = f"/declarations/{story.column(trade, 'id')}/decision?sandbox=story"
    assert browser.post(where, data=form).status_code == 303
    story.window.settle()
    assert story.state(trade) == "rejected" and REASON in story.receipts(trade)[-1].info


@pytest.mark.parametrize(("silence", "hours"), [("decide", 37), ("refuse", 1)], ids=["nothing announced", "still open"])
def test_nothing_is_prepared_otherwise(story: StoryRunner, browser: Browser, silence: str, hours: int) -> None:
    acts, reason, _ = offered(story, browser, asked(story, silence, hours))
    assert acts[0] != "reject" and reason == ""


def test_a_late_answer_ends_it(story: StoryRunner, browser: Browser) -> None:
    trade = asked(story, "refuse")
    (question,) = story.read(questions.of_case, ("declaration", str(story.column(trade, "id"))))
    sent = {"data": {"text": "附发票"}, "headers": {"X-Sandbox": "story"}, "content_type": "multipart/form-data"}
    client = create_app(story.window).test_client()
    assert client.post(f"/api/v1/requests/{question.id}/answer", **sent).status_code == 200
    acts, reason, _ = offered(story, browser, trade)
    assert acts[0] != "reject" and reason == ""


def test_what_an_officer_typed_instead_stays(story: StoryRunner, browser: Browser) -> None:
    trade = asked(story, "refuse")
    form = {"act": "reject", "reason": "", "version": "1"}
    where = f"/declarations/{story.column(trade, 'id')}/decision?sandbox=story&lang=en"
    refused = browser.post(where, data=form)
    assert refused.status_code in {409, 422} and REASON not in unescape(refused.text).split('class="acts"')[1]
