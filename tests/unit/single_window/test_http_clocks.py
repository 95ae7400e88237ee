"""A sandbox's clock over HTTP, at a window at work: what fell due is done before the answer, time never goes back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving_http import Answer, Client

from single_window.api import create_app
from single_window.process.serving import Server
from single_window.wiring import Window
from tests.described import described_client
from tests.officers import account
from tests.patience import PATIENCE
from tests.stories.story import KINDS, StoryRunner
from tests.tables import each

NOON = "2026-11-20T04:00:00.000Z"
NAMED = {"Host": "customs.example.org"}
_numbers = count(1)


@pytest.fixture
def story(served_window: Window) -> StoryRunner:
    """A sandbox of the test's own, whose clock stands still at noon."""
    return StoryRunner(served_window, f"clock-{next(_numbers)}")


@pytest.fixture
def released(story: StoryRunner, server: Server) -> StoryRunner:
    """With a trade that was released."""
    trade = story.trade()
    story.file(*[story.message(trade, kind) for kind in KINDS])
    assert server.runtime.wait_until_settled(PATIENCE) and story.state(trade) == "released"
    return story


def call(client: Client, method: str, path: str, body: Any = None) -> Answer:
    return client.call(
        method,
        f"/api/v1/sandboxes/{path}",
        None if body is None else json.dumps(body),
        Content_Type="application/json",
    )


def advance(client: Client, story: StoryRunner, **body: Any) -> Answer:
    return call(client, "POST", f"{story.sandbox}/clock/advance", body)


def test_from_deadline_to_deadline(client: Client, released: StoryRunner) -> None:
    due = call(client, "GET", f"{released.sandbox}/clock").json["next_deadline"]
    first = advance(client, released, to="next-deadline")
    assert (first.status, first.json["now"]) == (200, due)
    assert first.json["next_deadline"] is None or first.json["next_deadline"] > due


@each(
    ("body", "status", "code"),
    [
        ({}, 400, "by-or-to"),
        ({"by": "1d", "to": "2026-12-01"}, 400, "by-or-to"),
        ({"by": "soon"}, 400, "bad-span"),
        ({"by": "-1d"}, 400, "bad-span"),
        ({"by": "P"}, 400, "bad-span"),
        ({"by": "PT"}, 400, "bad-span"),
        ({"by": "P1DT"}, 400, "bad-span"),
        ({"by": "1.5h"}, 400, "bad-span"),
        ({"by": "٣d"}, 400, "bad-span"),
        ({"by": "999999999d"}, 400, "bad-moment"),
        ({"to": "2100-01-01"}, 400, "bad-moment"),
        ({"to": "later"}, 400, "bad-moment"),
        ({"to": "2026-11-19"}, 409, "clock-back"),
        ({"to": "next-deadline"}, 409, "no-deadline"),
        ({"by": "1d", "timeout": 61}, 400, "wrong-parameter"),
        ({"by": "1d", "timeout": -1}, 400, "wrong-parameter"),
        ({"by": 5}, 400, "wrong-parameter"),
        ({"by": "9" * 41}, 400, "wrong-parameter"),
    ],
)
def test_what_is_out_of_bounds_moves_nothing(
    client: Client, story: StoryRunner, body: dict[str, Any], status: int, code: str
) -> None:
    response = advance(client, story, **body)
    assert (response.status, response.codes) == (status, [code])
    assert call(client, "GET", f"{story.sandbox}/clock").json["now"] == NOON


def test_a_clock_that_follows_the_machine_is_not_moved(client: Client) -> None:
    response = call(client, "POST", "main/clock/advance", {"by": "1d"})
    assert (response.status, response.codes) == (409, ["clock-not-virtual"])


def test_a_timeout_is_reported_and_the_rest_is_requested_again(client: Client, released: StoryRunner) -> None:
    first = advance(client, released, by="50d", timeout=0)
    assert (first.status, first.json["settled"], first.json["to"]) == (202, False, "2027-01-09T04:00:00.000Z")
    second = advance(client, released, to=first.json["to"])
    assert (second.status, second.json["now"]) == (200, first.json["to"])


def test_two_who_advance_at_once_help_each_other(client: Client, released: StoryRunner) -> None:
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(advance, client, released, to="2027-01-09") for _ in range(2)]
    assert [future.result().status for future in both] == [200, 200]
    assert released.state(released.trade()) == "closed"


def test_a_running_clock_stands_still_where_it_was_put(client: Client, story: StoryRunner) -> None:
    assert call(client, "PUT", f"{story.sandbox}/clock", {"mode": "virtual", "rate": "2.5"}).status == 200
    answer = advance(client, story, by="1d").json
    assert (answer["mode"], answer["now"], answer["settled"]) == ("frozen", answer["to"], True)
    assert answer["now"] >= "2026-11-21T04:00:00.000Z"


def test_what_will_happen_is_reported_page_by_page(client: Client, server: Server, story: StoryRunner) -> None:
    trades = [story.trade(number) for number in range(3)]
    story.file(*[story.message(trade, kind) for trade in trades for kind in KINDS])
    assert server.runtime.wait_until_settled(PATIENCE)
    place = f"{story.sandbox}/deadlines"
    answer = call(client, "GET", place).json
    every = answer["deadlines"]
    assert answer["next"] is None and len(every) >= 3
    assert [deadline["due"] for deadline in every] == sorted(deadline["due"] for deadline in every)
    assert {deadline["kind"] for deadline in every} >= {"deadline.closing"} and "结关" in {
        deadline["zh"] for deadline in every
    }
    results, after = [], ""
    while after is not None:
        page = call(client, "GET", f"{place}?limit=2&after={after}").json
        results += page["deadlines"]
        after = page["next"]
    assert results == every


@each(
    "query",
    [
        "until=soon",
        "until=999999999d",
        "after=x",
        "after=1",
        "after=-1-2",
        "limit=0",
        "limit=501",
        f"after={'9' * 30}-1",
    ],
)
def test_a_wrong_page_is_refused(client: Client, story: StoryRunner, query: str) -> None:
    assert call(client, "GET", f"{story.sandbox}/deadlines?{query}").status == 400


def test_a_sandbox_that_nobody_made_has_no_clock(client: Client) -> None:
    for response in (
        call(client, "GET", "none/clock"),
        call(client, "GET", "none/deadlines"),
        call(client, "PUT", "none/clock", {"mode": "real"}),
        call(client, "POST", "none/clock/advance", {"by": "1s"}),
    ):
        assert (response.status, response.codes) == (404, ["unknown-sandbox"])


@each(("role", "status"), [("administrator", 409), ("supervisor", 409), ("inspector", 403), ("auditor", 403)])
def test_whoever_moves_a_clock_needs_the_right(exposed: Window, role: str, status: int) -> None:
    client: FlaskClient = described_client(create_app(exposed))
    place = "/api/v1/sandboxes/main"
    assert client.get(f"{place}/clock", headers=NAMED).status_code == 401
    assert client.get(f"{place}/deadlines", headers=NAMED).status_code == 401
    calls = (
        (client.post, f"{place}/clock/advance", {"by": "1s"}),
        (client.put, f"{place}/clock", {"mode": "frozen", "at": "2020-01-01"}),
    )
    for send, path, body in calls:
        assert send(path, json=body, headers=NAMED).status_code == 401
        assert send(path, json=body, headers=NAMED, auth=account(exposed, f"li.{role}", role)).status_code == status
