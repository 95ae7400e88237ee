"""An officer puts a case off to a day, skips one, lets one go: what he and his colleagues then find in the queue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from declarations.calendar import day_of
from single_window.accounts.people import Person
from single_window.api.app import create_app
from single_window.cases import assignment, queue
from single_window.cases.assignment import LET_GO, PUT_OFF, TAKE_UP, Wanted
from single_window.language.refusal import Refusal
from single_window.store import case_queue, decision_log
from tests.databases import ON_BOTH
from tests.described import described_client
from tests.officers import Browser, account, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
WANG, LI = Person("wang", "reviewer", "", "customs"), Person("li", "reviewer", "", "customs")
INSPECTOR = Person("zhao", "inspector", "", "customs")


@pytest.fixture
def lists(story: StoryRunner) -> list[int]:
    """Two lists that wait for review."""
    trades = [story.trade(number, fault="content_missing") for number in (0, 1)]
    story.send(trades[0])
    story.pass_time(hours=1)
    story.send(trades[1])
    return [int(story.column(trade, "id")) for trade in trades]


def key(number: int) -> tuple[str, str]:
    return "declaration", str(number)


def put_off(story: StoryRunner, number: int, who: Person = WANG, days: int = 2) -> None:
    until = day_of(story.window.now(story.sandbox)) + timedelta(days=days)
    assignment.assign(story.window, story.sandbox, who, key(number), Wanted(PUT_OFF, until, "waits for the platform"))


def seen(story: StoryRunner, who: Person, view: str = "") -> list[int]:
    wanted = story.read(queue.queue_query, who, view=view)
    return [case.declaration_id for case in story.read(queue.queue_page, wanted).cases]


def taken(story: StoryRunner, who: Person) -> int:
    found = queue.take_next(story.window, story.sandbox, who)
    return found.declaration_id if found else 0


def test_it_leaves_the_queue_and_is_back_on_its_day_before_all_others(story: StoryRunner, lists: list[int]) -> None:
    first, second = lists
    put_off(story, second)
    assert (seen(story, WANG), seen(story, LI), seen(story, LI, "put_off")) == ([first], [first], [second])
    wanted = story.read(queue.queue_query, WANG)
    assert story.read(case_queue.counts, wanted.now) == {"review": 1}
    assert story.read(case_queue.views, wanted)[""] == 1
    story.pass_time(days=2)
    assert taken(story, WANG) == second
    back = story.read(case_queue.back, story.read(queue.queue_query, WANG), 9)
    assert [case.declaration_id for case in back] == [second]
    assert (seen(story, LI, "free"), taken(story, LI)) == ([first], first)


def test_what_is_late_is_counted_alike_by_its_officer_and_whoever_watches(story: StoryRunner, lists: list[int]) -> None:
    story.pass_time(days=9)
    put_off(story, lists[1], days=20)
    wanted = story.read(queue.queue_query, WANG)
    by_view = story.read(case_queue.views, wanted)["overdue"], story.read(case_queue.overdue, wanted, 99)
    assert by_view == (2, 2) and sorted(seen(story, WANG, "overdue")) == sorted(lists)


def test_others_neither_take_nor_decide_nor_put_it_off(story: StoryRunner, lists: list[int]) -> None:
    put_off(story, lists[0])
    assert queue.hold_cases(story.window, story.sandbox, LI, [key(lists[0])]) == []
    with pytest.raises(Refusal, match="wang has taken"):
        put_off(story, lists[0], LI)
    with pytest.raises(Refusal, match="desk of yours"):
        put_off(story, lists[1], INSPECTOR)


@each("days", [0, -1, 31])
def test_only_days_to_come_are_taken(story: StoryRunner, lists: list[int], days: int) -> None:
    with pytest.raises(Refusal, match="Choose a day"):
        put_off(story, lists[0], days=days)


def test_what_changes_it_brings_it_back(story: StoryRunner, lists: list[int]) -> None:
    put_off(story, lists[0])
    story.decide(story.trade(0, fault="content_missing"), "suspend", reason="等待补充材料")
    assert lists[0] in seen(story, WANG)


def test_it_is_taken_up_or_let_go(story: StoryRunner, lists: list[int]) -> None:
    put_off(story, lists[0])
    assignment.assign(story.window, story.sandbox, WANG, key(lists[0]), Wanted(TAKE_UP))
    assert (seen(story, WANG, "mine"), seen(story, LI, "free")) == ([lists[0]], [lists[1]])
    assignment.assign(story.window, story.sandbox, WANG, key(lists[0]), Wanted(LET_GO))
    assert seen(story, LI, "free") == lists
    with pytest.raises(Refusal, match="You do not hold"):
        assignment.assign(story.window, story.sandbox, WANG, key(lists[0]), Wanted(LET_GO))
    rows = story.read(decision_log.of_subjects, [key(lists[0])], set(assignment.STEPS), 9)
    assert [(row.by, row.action) for row in rows] == [("wang", PUT_OFF), ("wang", TAKE_UP), ("wang", LET_GO)]
    assert rows[0].reason.endswith(" · waits for the platform")


@pytest.fixture
def browser(story: StoryRunner) -> Iterator[Browser]:
    with described_client(create_app(story.window)) as client:
        yield signed_in(client, story.window, "wang", "reviewer")


def hand_on(story: StoryRunner, browser: Browser, number: int, **form: Any) -> Any:
    where = f"/cases/declaration/{number}/assignment?sandbox={story.sandbox}&lang=en"
    return browser.post(where, data={"keeps": "assignment", **form})


def test_the_page_puts_off_and_shows_the_next(story: StoryRunner, browser: Browser, lists: list[int]) -> None:
    refused = hand_on(story, browser, lists[0], do=PUT_OFF, until="yesterday", why="the platform answers tomorrow")
    assert refused.status_code == 422 and "Choose a day from" in refused.text
    assert 'value="the platform answers tomorrow"' in refused.text
    until = str(day_of(story.window.now(story.sandbox)) + timedelta(days=3))
    assert "autofocus" in refused.text, "the field that was refused is in sight"
    assert f"/declarations/{lists[1]}?" in hand_on(story, browser, lists[0], do=PUT_OFF, until=until).location
    told, again = (browser.get(f"/declarations/{lists[1]}?sandbox={story.sandbox}&lang=en").text for _ in range(2))
    assert f"Put off to <b>{until}</b>" in told and "toast-told" not in again, "the next page tells it, once"
    page = browser.get(f"/declarations/{lists[0]}?sandbox={story.sandbox}&lang=en").text
    assert f"Put off to {until}" in page and "put the case off" in page
    story.pass_time(days=3)
    shown = browser.get(f"/review?sandbox={story.sandbox}&lang=en").text
    assert shown.index("Back today") < shown.index(f"/declarations/{lists[0]}?") < shown.index(f"/{lists[1]}?")


def test_who_skips_gets_all_others_first(story: StoryRunner, browser: Browser, lists: list[int]) -> None:
    assert f"/declarations/{lists[1]}?" in hand_on(story, browser, lists[0], do="skip").location
    assert "/review?" in hand_on(story, browser, lists[1], do="let_go").location
    assert f"/declarations/{lists[1]}?" in browser.post(f"/review/next?sandbox={story.sandbox}").location
    assert f"/declarations/{lists[0]}?" in hand_on(story, browser, lists[1], do="skip").location


def test_the_call_does_the_same_for_whoever_may(story: StoryRunner, browser: Browser, lists: list[int]) -> None:
    where = f"/api/v1/cases/declaration/{lists[0]}/assignment"
    until = str(day_of(story.window.now(story.sandbox)) + timedelta(days=3))
    asked = {"json": {"action": PUT_OFF, "until": until}, "headers": {"X-Sandbox": story.sandbox}}
    answer = browser.client.post(where, auth=account(story.window, "wang"), **asked)
    assert (answer.status_code, answer.json["holder"]) == (200, "wang")
    assert browser.client.post(where, auth=account(story.window, "li", "reviewer"), **asked).status_code == 409
    assert browser.client.post(where, auth=account(story.window, "sun", "tax_officer"), **asked).status_code == 403
    asked["json"] = {"action": "burn"}
    assert browser.client.post(where, auth=account(story.window, "wang"), **asked).status_code == 422
