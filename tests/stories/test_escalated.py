"""An officer hands a case to a supervisor, who finds it on his home page with the reason, and gives it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from single_window.accounts.people import Person
from single_window.api.app import create_app
from single_window.cases import assignment, queue, reassigning
from single_window.cases.assignment import ESCALATE, LET_GO, Wanted
from single_window.language.refusal import Refusal
from single_window.store import case_queue
from tests.databases import ON_BOTH
from tests.described import described_client
from tests.officers import Browser, account, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
WANG, LI = Person("wang", "reviewer", "", "customs"), Person("li", "reviewer", "", "customs")
ZHAO = Person("zhao", "supervisor", "", "customs")
WHY = "two invoices for one parcel"


@pytest.fixture
def waits(story: StoryRunner) -> str:
    """The number of a list that waits for review; Zhao supervises customs, Qian taxes."""
    account(story.window, "wang", "reviewer")
    account(story.window, "zhao", agency="customs")
    account(story.window, "qian", agency="tax")
    trade = story.trade(fault="content_missing")
    story.send(trade)
    return str(story.column(trade, "id"))


def escalate(story: StoryRunner, number: str, to: str = "zhao", note: str = WHY, who: Person = WANG) -> None:
    assignment.assign(story.window, story.sandbox, who, ("declaration", number), Wanted(ESCALATE, None, note, to))


def free(story: StoryRunner) -> list[str]:
    wanted = story.read(queue.queue_query, LI, view="free")
    return [case.subject_id for case in story.read(queue.queue_page, wanted).cases]


def test_the_supervisor_has_it_until_he_gives_it_back(story: StoryRunner, waits: str) -> None:
    escalate(story, waits)
    story.pass_time(days=3)
    assert (story.read(case_queue.find, ("declaration", waits)).assignee, free(story)) == ("zhao", [])
    with pytest.raises(Refusal, match="zhao has"):
        assignment.assign(story.window, story.sandbox, WANG, ("declaration", waits), Wanted(LET_GO))
    assert reassigning.give_cases(story.window, story.sandbox, ZHAO, [("declaration", waits)], "wang")
    assignment.assign(story.window, story.sandbox, WANG, ("declaration", waits), Wanted(LET_GO))
    assert free(story) == [waits]


@each(
    ("to", "note", "said"), [("wang", WHY, "no supervisor"), ("qian", WHY, "no supervisor"), ("zhao", " ", "Say why")]
)
def test_only_a_supervisor_who_may_decide_it_gets_it_with_a_reason(
    story: StoryRunner, waits: str, to: str, note: str, said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        escalate(story, waits, to, note)
    assert free(story) == [waits]


@pytest.fixture
def browser(story: StoryRunner, waits: str) -> Iterator[Browser]:
    with described_client(create_app(story.window)) as client:
        yield signed_in(client, story.window, "wang", "reviewer")


def send(story: StoryRunner, browser: Browser, number: str, **form: Any) -> Any:
    where = f"/cases/declaration/{number}/assignment?sandbox={story.sandbox}&lang=en"
    return browser.post(where, data={"keeps": "assignment", "do": ESCALATE, "to": "zhao", **form})


def test_it_stands_on_his_home_page_until_he_opens_it(story: StoryRunner, browser: Browser, waits: str) -> None:
    assert "Say why the supervisor" in send(story, browser, waits).text
    assert "nothing=1" in send(story, browser, waits, escalate_why=WHY).location
    browser.sign_in("zhao")
    home, page = f"/home?sandbox={story.sandbox}&lang=en", f"/declarations/{waits}?sandbox={story.sandbox}&lang=en"
    assert "handed the case to a supervisor: to zhao · two invoices" in browser.get(home).text
    assert "two invoices" in browser.get(page).text
    assert "handed the case to a supervisor" not in browser.get(home).text


def test_whoever_is_given_a_case_is_told(story: StoryRunner, browser: Browser, waits: str) -> None:
    assert reassigning.give_cases(story.window, story.sandbox, ZHAO, [("declaration", waits)], "wang")
    assert "<b>zhao</b> gave the case: to wang" in browser.get(f"/home?sandbox={story.sandbox}&lang=en").text


def test_the_call_does_the_same(story: StoryRunner, browser: Browser, waits: str) -> None:
    where, head = f"/api/v1/cases/declaration/{waits}/assignment", {"X-Sandbox": story.sandbox}
    body = {"action": ESCALATE, "to": "zhao", "note": WHY}
    answer = browser.client.post(where, json=body, headers=head, auth=account(story.window, "wang"))
    assert (answer.status_code, answer.json["holder"], answer.json["put_off_until"]) == (200, "zhao", "")
    again = browser.client.post(where, json=body, headers=head, auth=account(story.window, "wang"))
    assert again.status_code == 409


def test_a_supervisor_gives_it_over_http_whoever_holds_it(story: StoryRunner, browser: Browser, waits: str) -> None:
    where, head = f"/api/v1/cases/declaration/{waits}/assignment", {"X-Sandbox": story.sandbox}
    zhao, wang = account(story.window, "zhao"), account(story.window, "wang")
    account(story.window, "li", "reviewer")
    for to, who, status in (("li", wang, 403), ("qian", zhao, 422), ("li", zhao, 200), ("wang", zhao, 200)):
        body = {"action": "give", "to": to}
        assert browser.client.post(where, json=body, headers=head, auth=who).status_code == status, to
    assert story.read(case_queue.find, ("declaration", waits)).assignee == "wang"
