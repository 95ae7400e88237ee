"""An officer is absent from day to day: what he holds goes to the queue or to a colleague, and he is given nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from declarations.calendar import DAY, day_of, instant_of
from single_window.accounts.people import Person
from single_window.accounts.rights import Lacking
from single_window.api.app import create_app
from single_window.cases import assignment, queue, reassigning
from single_window.cases.assignment import PUT_OFF, Wanted
from single_window.clock import system_now
from single_window.language.refusal import Refusal
from single_window.refused import NotFound
from single_window.store import absences as stored
from single_window.store import alerts, case_queue, decision_log
from single_window.work import absences
from tests.databases import ON_BOTH, read_by, write_by
from tests.described import described_client
from tests.officers import account, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
WANG = Person("wang", "reviewer", "王", "customs")
ZHAO = Person("zhao", "supervisor", "赵", "customs")
QIAN = Person("qian", "supervisor", "钱", "tax")


@pytest.fixture
def lists(story: StoryRunner) -> list[str]:
    """Two lists that wait; Wang holds the first and has put the second off."""
    for name, role, agency in (
        ("wang", "reviewer", ""),
        ("li", "reviewer", ""),
        ("sun", "tax_officer", ""),
        ("zhao", "supervisor", "customs"),
    ):
        account(story.window, name, role, agency=agency)
    trades = [story.trade(number, fault="content_missing") for number in (0, 1)]
    story.send(trades[0])
    story.send(trades[1])
    numbers = [str(story.column(trade, "id")) for trade in trades]
    queue.hold_cases(story.window, story.sandbox, WANG, [("declaration", numbers[0])])
    until = day_of(story.window.now(story.sandbox)) + timedelta(days=2)
    assignment.assign(story.window, story.sandbox, WANG, ("declaration", numbers[1]), Wanted(PUT_OFF, until))
    return numbers


def today(plus: int = 0) -> date:
    return day_of(system_now()) + timedelta(days=plus)


def away(story: StoryRunner, first: int, last: int, to: str = "", who: Person = WANG) -> None:
    absences.mark(story.window, who, absences.days("wang", today(first), today(last), to))


def holders(story: StoryRunner, numbers: list[str]) -> list[str]:
    found = story.read(case_queue.of_keys, [("declaration", number) for number in numbers])
    return [found["declaration", number].assignee for number in numbers]


def test_what_he_holds_goes_to_the_queue_at_once_or_on_the_first_day(story: StoryRunner, lists: list[str]) -> None:
    away(story, 1, 2)
    assert (holders(story, lists), absences.begin_due(story.window)) == (["wang", "wang"], 0)
    tomorrow = instant_of(today(1))
    assert absences.begin_due(story.window, tomorrow) == 2
    assert (holders(story, lists), absences.begin_due(story.window, tomorrow)) == (["", ""], 0)
    rows = story.read(decision_log.of_subjects, [("declaration", lists[0])], {decision_log.HANDED_OVER}, 9)
    assert [(row.by, row.reason) for row in rows] == [("wang", "wang")]


def test_the_window_itself_hands_over_on_the_day(story: StoryRunner, lists: list[str]) -> None:
    begun = absences.days("wang", today(-1), today(1))._replace(by="wang")
    write_by(story.window.engine, stored.put, begun)
    story.window.tend()
    assert holders(story, lists) == ["", ""]


def test_a_colleague_gets_it_put_off_as_it_was_and_is_told(story: StoryRunner, lists: list[str]) -> None:
    away(story, 0, 2, "li", ZHAO)
    assert holders(story, lists) == ["li", "li"]
    put_off = story.read(case_queue.find, ("declaration", lists[1])).put_off_until
    assert put_off > story.window.now(story.sandbox)
    assert [row.subject_id for row in story.read(alerts.unseen, "li", 9)] == lists[::-1]


def test_what_the_colleague_may_not_decide_goes_to_the_queue(story: StoryRunner, lists: list[str]) -> None:
    away(story, 0, 0, "sun")
    assert holders(story, lists) == ["", ""]


def test_nothing_is_given_to_who_is_absent_until_he_is_back(story: StoryRunner, lists: list[str]) -> None:
    away(story, 0, 5)
    key = ("declaration", lists[0])
    assert reassigning.give_cases(story.window, story.sandbox, ZHAO, [key], "wang") == []
    assert reassigning.spread_out(story.window, story.sandbox, ZHAO, [key]) == [key]
    assert holders(story, lists)[0] == "li"
    absences.end(story.window, WANG, "wang", instant_of(today()))
    assert reassigning.give_cases(story.window, story.sandbox, ZHAO, [key], "wang") == [key]
    with pytest.raises(NotFound):
        absences.end(story.window, WANG, "wang", instant_of(today()))


def test_who_ends_his_shift_hands_over_what_he_holds(story: StoryRunner, lists: list[str]) -> None:
    assert absences.hand_over(story.window, WANG, "wang", "li") == 2
    assert (holders(story, lists), absences.hand_over(story.window, WANG, "wang")) == (["li", "li"], 0)


@each("who", [Person("li", "reviewer", "", "customs"), QIAN])
def test_others_mark_nobody_absent(story: StoryRunner, lists: list[str], who: Person) -> None:
    with pytest.raises(Lacking):
        away(story, 0, 1, who=who)
    with pytest.raises(Lacking):
        absences.hand_over(story.window, who, "wang")
    assert holders(story, lists) == ["wang", "wang"]


@each(("first", "last", "to"), [(2, 1, ""), (-2, -1, ""), (0, 367, ""), (0, 1, "wang"), (0, 1, "nobody"), (0, 1, "li")])
def test_days_and_colleagues_must_be_possible(
    story: StoryRunner, lists: list[str], first: int, last: int, to: str
) -> None:
    absences.mark(story.window, ZHAO, absences.days("li", today(), today()))
    with pytest.raises(Refusal):
        away(story, first, last, to)
    assert read_by(story.window.engine, absences.of_people, WANG, system_now()) == []


@each("first", [0, 366])
def test_an_absence_lasts_or_is_ahead_366_days_at_most(story: StoryRunner, lists: list[str], first: int) -> None:
    away(story, first, first + 366)
    (*_, marked) = read_by(story.window.engine, absences.of_people, WANG, system_now())
    assert absences.days_of(marked) == (today(first), today(first + 366))


def test_pages_and_calls_do_the_same(story: StoryRunner, lists: list[str]) -> None:
    with described_client(create_app(story.window)) as client:
        browser, where = signed_in(client, story.window, "wang", "reviewer"), f"?sandbox={story.sandbox}&lang=en"
        here = day_of(story.window.now(story.sandbox))
        assert here != today(), "the sandbox has a calendar of its own"
        own = f'name="today" value="{here}"'
        assert own in browser.get(f"/home{where}").text
        days = {"since": str(here + timedelta(1)), "until": str(here + timedelta(2)), "today": str(here)}
        form: dict[str, Any] = {"do": "mark", **days, "colleague": "li"}
        assert browser.post(f"/absence{where}", data=form).status_code == 303
        assert f"{days['since']} – {days['until']} → li" in browser.get(f"/home{where}").text
        (kept,) = read_by(story.window.engine, stored.all_from, system_now())
        assert absences.days_of(kept) == (today(1), today(2)), "it holds in all sandboxes, by the machine's calendar"
        assert browser.post(f"/absence{where}", data={"do": "end", "since": str(today(1))}).status_code == 303
        assert f"from {here} to" in browser.post(f"/absence{where}", data={**form, "until": ""}).text
        form |= {"since": str(today(3)), "until": str(today(4)), "today": str(today())}
        assert browser.post(f"/absence{where}", data=form).status_code == 303
        assert "Choose a first" in browser.post(f"/absence{where}", data={**form, "until": ""}).text
        assert "handed=2" in browser.post(f"/absence{where}", data={"do": "hand_over", "colleague": "li"}).location
        zhao = {"auth": account(story.window, "zhao")}
        (listed,) = client.get("/api/v1/absences", **zhao).json["absences"]
        assert (listed["account"], listed["to"], listed["handed_over"]) == ("wang", "li", False)
        gone = client.delete(f"/api/v1/absences/wang?since={today(3)}", **zhao)
        assert (gone.status_code, gone.json) == (200, {"absences": []})
        assert client.delete(f"/api/v1/absences/wang?since={today(3)}", **zhao).status_code == 404
        body = {"account": "li", "since": str(today()), "until": str(today())}
        assert client.post("/api/v1/absences", json=body, **zhao).json["handed_over"] is False
        assert holders(story, lists) == ["", ""]
        assert client.post("/api/v1/handovers", json={"account": "li"}, **zhao).json == {"cases": 0}
        assert client.post("/api/v1/handovers", json={"account": "sun"}, **zhao).status_code == 403
        browser.sign_in("zhao")
        assert f"<b>li</b> {here}" in browser.get(f"/supervision{where}").text


def test_days_are_whole(story: StoryRunner, lists: list[str]) -> None:
    wanted = absences.days("wang", today(), today(1))
    assert wanted.until_at - wanted.since_at == 2 * DAY
    assert absences.days_of(wanted) == (today(), today(1))
