"""Alerts of an officer are posted to his webhook: signed, without the text of notes, again after failures, once."""

from __future__ import annotations

import json
from threading import Event
from typing import Any

import pytest

from single_window.accounts.keeping import NoSuchAccount
from single_window.api.app import create_app
from single_window.cases.subjects import DECISION_KINDS
from single_window.channels import alert_posting
from single_window.channels.addresses import UnfitAddress
from single_window.channels.alert_calls import PAUSES_MS, AlertCalls
from single_window.channels.webhook_headers import signature
from single_window.clock import system_now
from single_window.frame import deciding, notes
from single_window.store import alert_webhooks
from single_window.store.alert_webhooks import DueAlert
from tests.databases import ON_BOTH, read_by
from tests.described import described_client
from tests.officers import TESTER, account
from tests.receivers import Receiver, receiving, status
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
LATER = 10**15


@pytest.fixture
def number(story: StoryRunner) -> str:
    for name in ("wang", "zhao"):
        account(story.window, name)
    trade = story.trade(fault="content_missing")
    story.send(trade)
    return str(story.column(trade, "id"))


def write(story: StoryRunner, number: str, text: str = "look, @zhao: the price") -> int:
    with_it = deciding.find(story.window, story.sandbox, DECISION_KINDS["declaration"], number)
    return notes.add(story.window, story.sandbox, with_it, text, TESTER).number


def calls(story: StoryRunner) -> AlertCalls:
    object.__setattr__(story.window.settings, "webhook_private", 1)
    return AlertCalls(story.window, Event())


def due(story: StoryRunner, at: int = LATER) -> list[DueAlert]:
    return list(read_by(story.window.engine, alert_webhooks.due, at, 9))


def hooked(story: StoryRunner, receiver: Receiver) -> AlertCalls:
    made = calls(story)
    alert_posting.put(story.window, "zhao", receiver.url)
    return made


def test_what_is_posted_names_the_case_and_who_but_not_the_text(story: StoryRunner, number: str) -> None:
    with receiving(status(204)) as receiver:
        posting = hooked(story, receiver)
        row = write(story, number)
        (alert,) = due(story)
        assert posting.call(alert)
        (posted,) = receiver.posted
    told: dict[str, Any] = json.loads(posted.body)
    assert (told["row"], told["number"], told["action"], told["account"]) == (row, number, "noted", "zhao")
    assert "price" not in posted.body.decode()
    stamp = int(posted.headers["X-Single-Window-Timestamp"])
    assert posted.headers["X-Single-Window-Signature"] == f"sha256={signature(alert.secret, stamp, posted.body)}"
    assert due(story) == []


def test_what_fails_is_tried_again_and_then_no_more(story: StoryRunner, number: str) -> None:
    with receiving(*[status(500)] * (len(PAUSES_MS) + 1)) as receiver:
        posting = hooked(story, receiver)
        write(story, number)
        for pause in PAUSES_MS:
            (alert,) = due(story)
            assert not posting.call(alert)
            (again,) = due(story)
            assert pause - 1_000 <= again.push_at - system_now() <= pause
            assert not posting.call(alert)  # another process had the old one in hand
        assert not posting.call(due(story)[0])
        assert len(receiver.posted) == len(PAUSES_MS) + 1
        assert len({posted.headers["X-Single-Window-Delivery"] for posted in receiver.posted}) == 1
    kept = read_by(story.window.engine, alert_webhooks.find, "zhao")
    assert (due(story), kept.last_error) == ([], "HTTP 500")


def test_who_has_no_webhook_is_posted_nothing(story: StoryRunner, number: str) -> None:
    with receiving(status(204)) as receiver:
        hooked(story, receiver)
        write(story, number, "look, @wang")
        assert due(story) == []
        write(story, number)
        alert_posting.remove(story.window, "zhao")
        assert due(story) == []


def test_addresses_are_checked_as_those_of_receipts(story: StoryRunner, number: str) -> None:
    with pytest.raises(UnfitAddress):
        alert_posting.put(story.window, "zhao", "http://127.0.0.1:9/hook")
    with pytest.raises(NoSuchAccount):
        alert_posting.put(story.window, "nobody", "https://example.org/hook")


def test_an_officer_reads_his_alerts_over_http(story: StoryRunner, number: str) -> None:
    row = write(story, number)
    with described_client(create_app(story.window)) as client:
        head = {"X-Sandbox": story.sandbox}
        (told,) = client.get("/api/v1/alerts", headers=head, auth=account(story.window, "zhao")).json["alerts"]
        assert (told["row"], told["number"], told["text"]) == (row, number, "look, @zhao: the price")
        assert client.get("/api/v1/alerts", headers=head, auth=account(story.window, "wang")).json == {"alerts": []}
