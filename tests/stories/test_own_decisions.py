"""Each officer reads what he himself has decided, proposed and settled, with what came of it, and nobody else's."""

from __future__ import annotations

from typing import Any

from single_window.api import create_app
from single_window.cases import own_decisions
from single_window.work import proposals
from tests.databases import ON_BOTH
from tests.officers import TESTER, account, named, signed_in
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
CHEN, ZHAO = named("chen", "inspector"), named("zhao")


def told(story: StoryRunner, who: Any, **how: int) -> list[tuple[str, str, str]]:
    found = story.read(own_decisions.of_person, who, **how)
    return [(own.made.action, own.settled, str(own.made.state)) for own in found]


def decided(story: StoryRunner) -> int:
    """What Chen proposes twice (once in vain) and decides once, what Zhao settles, and what another decides."""
    lists = [story.trade(number, fault="guarantee_short") for number in range(3)]
    for trade in lists:
        story.send(trade)
        story.decide(trade, "inspect", "", TESTER)
    story.decide(lists[0], "conclude", "相符", CHEN)
    first = story.decide(lists[1], "detain_for_smuggling", "夹藏", CHEN).decision
    second = story.decide(lists[2], "detain_for_smuggling", "夹藏", CHEN).decision
    proposals.decline(story.window, story.sandbox, first, ZHAO, "证据不足")
    proposals.approve(story.window, story.sandbox, second, ZHAO)
    story.window.settle()
    return second


def test_each_decision_stands_once_with_its_outcome(story: StoryRunner) -> None:
    decided(story)
    assert told(story, CHEN) == [
        ("detain_for_smuggling", "", "done"),
        ("detain_for_smuggling", "", "declined"),
        ("conclude", "", "done"),
    ]
    assert told(story, ZHAO) == [
        ("detain_for_smuggling", "approved", "done"),
        ("detain_for_smuggling", "declined", "declined"),
    ]
    assert told(story, CHEN, most=1) == told(story, CHEN)[:1]
    newest = story.read(own_decisions.of_person, CHEN, most=1)[0]
    assert told(story, CHEN, before=newest.sequence) == told(story, CHEN)[1:]


def test_page_and_call_show_each_his_own(story: StoryRunner) -> None:
    decided(story)
    app = create_app(story.window)
    where = {"X-Sandbox": story.sandbox}
    for name, role, expected in (("chen", "inspector", 3), ("zhao", "supervisor", 2), ("he", "auditor", 0)):
        name, password = account(story.window, name, role)
        answered = app.test_client().get("/api/v1/decisions/own", headers=where, auth=(name, password))
        assert len(answered.json["decisions"]) == expected, name
        page = signed_in(app.test_client(), story.window, name, role).get(
            f"/my-decisions?sandbox={story.sandbox}&lang=en"
        )
        assert page.text.count('class="time"') == expected, name
    chen = app.test_client().get("/api/v1/decisions/own?limit=1", headers=where, auth=("chen", password))
    assert chen.json["decisions"][0]["second"] == "zhao" and chen.json["next"] is not None
    guest = app.test_client().get(f"/my-decisions?sandbox={story.sandbox}")
    assert guest.status_code == 303 and "/sign-in" in guest.headers["Location"]
