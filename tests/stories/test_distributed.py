"""A supervisor distributes what waits at a desk: by load, of a company, or each company to one officer."""

from __future__ import annotations

from collections import Counter

import pytest

from simulators.imports.trade import ImportTrade
from single_window.accounts.people import Person
from single_window.accounts.rights import Lacking
from single_window.api.app import create_app
from single_window.cases import queue, reassigning
from single_window.cases.reassigning import spread_companies
from single_window.language.refusal import Refusal
from single_window.store import case_queue
from single_window.store.case_queue import QueuedCase
from tests.databases import ON_BOTH
from tests.described import described_client
from tests.officers import account, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
ZHAO = Person("zhao", "supervisor", "赵", "customs")
LI = Person("li", "reviewer", "李", "customs")


@pytest.fixture
def trades(story: StoryRunner) -> list[ImportTrade]:
    """Four lists that wait for review; Li and Wang review, Sun inspects, Zhao supervises."""
    for name, role in (("li", "reviewer"), ("wang", "reviewer"), ("sun", "inspector")):
        account(story.window, name, role)
    account(story.window, "zhao", agency="customs")
    sent = [story.trade(number, fault="content_missing") for number in range(4)]
    for trade in sent:
        story.send(trade)
    return sent


def waiting(story: StoryRunner) -> list[QueuedCase]:
    return list(story.read(case_queue.page, story.read(queue.queue_query, ZHAO, desk="review")))


def holders(story: StoryRunner) -> dict[str, int]:
    return dict(Counter(case.assignee for case in waiting(story)))


def key(story: StoryRunner, trade: ImportTrade) -> tuple[str, str]:
    return "declaration", str(story.column(trade, "id"))


def test_each_case_goes_to_who_holds_the_fewest(story: StoryRunner, trades: list[ImportTrade]) -> None:
    queue.hold_cases(story.window, story.sandbox, LI, [key(story, trades[0])])
    assert reassigning.distribute(story.window, story.sandbox, ZHAO, "review") == {"li": 1, "wang": 2}
    assert holders(story) == {"li": 2, "wang": 2}
    assert reassigning.distribute(story.window, story.sandbox, ZHAO, "review") == {}


def test_only_so_many_and_only_of_a_company(story: StoryRunner, trades: list[ImportTrade]) -> None:
    assert reassigning.distribute(story.window, story.sandbox, ZHAO, "review", most=1) == {"li": 1}
    free = [case.company for case in waiting(story) if not case.assignee]
    given = reassigning.distribute(story.window, story.sandbox, ZHAO, "review", company=free[0].lower())
    assert sum(given.values()) == free.count(free[0]) < len(free)
    assert reassigning.distribute(story.window, story.sandbox, ZHAO, "review", company="none") == {}
    named = next(case for case in waiting(story) if not case.assignee)
    part = f" {named.company_name[:4]} "
    of_name = [case.key for case in waiting(story) if not case.assignee and part.strip() in case.company_name]
    given = reassigning.distribute(story.window, story.sandbox, ZHAO, "review", company=part)
    assert sum(given.values()) == len(of_name) > 0


A, B, C = (("declaration", name) for name in "abc")


@each(
    ("cases", "held", "plan"),
    [
        ([(A, "x", ["li", "wang"]), (B, "x", ["li", "wang"]), (C, "y", ["li", "wang"])], {}, "li li wang"),
        ([(A, "x", ["li", "wang"]), (B, "x", ["li", "wang"]), (C, "y", ["li", "wang"])], {"li": 3}, "wang wang wang"),
        ([(A, "x", ["li"]), (B, "x", ["wang"]), (C, "", ["li", "wang"])], {}, "li wang li"),
        ([(A, "x", []), (B, "y", ["wang"]), (C, "", ["li"])], {}, "- wang li"),
    ],
)
def test_a_company_stays_with_one_officer_who_may(
    cases: list[tuple[tuple[str, str], str, list[str]]], held: dict[str, int], plan: str
) -> None:
    placed = spread_companies(cases, held)
    assert " ".join(placed.get(case, "-") for case, _, _ in cases) == plan


def test_others_and_other_desks_are_refused(story: StoryRunner, trades: list[ImportTrade]) -> None:
    with pytest.raises(Lacking):
        reassigning.distribute(story.window, story.sandbox, LI, "review")
    for desk in ("refunds", "none"):
        with pytest.raises(Refusal, match="no cases of the desk"):
            reassigning.distribute(story.window, story.sandbox, ZHAO, desk)
    assert holders(story) == {"": 4}


def test_page_and_call_do_the_same(story: StoryRunner, trades: list[ImportTrade]) -> None:
    with described_client(create_app(story.window)) as client:
        browser = signed_in(client, story.window, "zhao")
        where = f"/supervision/distribution?sandbox={story.sandbox}&lang=en"
        answer = browser.post(where, data={"desk": "review", "most": "2"})
        assert "Distributed: li 1, wang 1" in browser.get(answer.location).text
        head = {"X-Sandbox": story.sandbox}
        asked = {"json": {"desk": "review", "together": True}, "headers": head}
        answered = client.post("/api/v1/distributions", auth=account(story.window, "zhao"), **asked)
        assert (answered.status_code, sum(answered.json["given"].values())) == (200, 2)
        assert client.post("/api/v1/distributions", auth=account(story.window, "li"), **asked).status_code == 403
