"""A message from a DXP id that no company of the sandbox has is taken, and its sender is told so."""

from __future__ import annotations

from sqlalchemy import delete

from single_window.frame.http.accepting import accepted_out
from single_window.store.tables import participant
from tests.databases import carry_out
from tests.stories.story import StoryRunner

STRANGE = "DXPENT9999999999"


def _told(story: StoryRunner, kind: str, sender: str = "") -> list[str]:
    """What the answer to a document says, if it comes from this DXP id instead of its company's."""
    trade = story.trade()
    body = story.message(trade, kind)
    if sender:
        body = body.replace(trade.parties.sender(kind).dxp_id.encode(), sender.encode())
    read = story.window.read(story.sandbox, body)
    (answer,) = story.window.commit_messages(story.sandbox, "http", [read])
    assert answer.status == 202
    out = accepted_out(answer, read)
    return [finding.code for finding in out.findings or ()]


def test_who_is_registered_is_told_nothing(story: StoryRunner) -> None:
    assert _told(story, "order") == []


def test_a_sender_whom_nobody_has_registered_is_remarked_on_each_time(story: StoryRunner) -> None:
    for kind in ("order", "payment"):
        assert _told(story, kind, STRANGE) == ["unregistered-sender"]


def test_a_sandbox_without_companies_knows_nobody_and_remarks_on_nobody(story: StoryRunner) -> None:
    carry_out(story.window.engine, delete(participant).where(participant.c.sandbox == story.sandbox))
    assert _told(story, "order", STRANGE) == []
