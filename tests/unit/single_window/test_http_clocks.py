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
from tests.officers import account
from tests.stories.telling import KINDS, Teller
from tests.tables import each

NOON = "2026-11-20T04:00:00.000Z"
NAMED = {"Host": "customs.example.org"}
_numbers = count(1)


@pytest.fixture
def teller(served_window: Window) -> Teller:
    """A sandbox of the test's own, whose clock stands still at noon."""
    return Teller(served_window, f"clock-{next(_numbers)}")


@pytest.fixture
def released(teller: Teller, server: Server) -> Teller:
    """With a trade that was released."""
    trade = teller.trade()
    teller.file(*[teller.message(trade, kind) for kind in KINDS])
    assert server.runtime.wait_until_settled(30) and teller.state(trade) == "released"
    return teller


def call(client: Client, method: str, path: str, asked: Any = None) -> Answer:
    return client.call(
        method,
        f"/api/v1/sandboxes/{path}",
        None if asked is None else json.dumps(asked),
        Content_Type="application/json",
    )


def advance(client: Client, teller: Teller, **asked: Any) -> Answer:
    return call(client, "POST", f"{teller.sandbox}/clock/advance", asked)


def test_a_clock_is_shown_with_its_next_deadline(client: Client, teller: Teller, released: Teller) -> None:
    told = call(client, "GET", f"{teller.sandbox}/clock").json
    assert (told["mode"], told["now"]) == ("frozen", NOON) and told["next_deadline"] > NOON


def test_what_falls_due_on_the_way_is_done_before_the_answer(client: Client, released: Teller) -> None:
    told = advance(client, released, by="50d")
    assert (told.status, told.json["settled"], told.json["open"]) == (200, True, 0)
    assert told.json["now"] == told.json["to"] == "2027-01-09T04:00:00.000Z"
    trade = released.trade()
    assert released.state(trade) == "closed" and [state for _, state in released.bills(trade)] == ["collected"]


def test_from_deadline_to_deadline(client: Client, released: Teller) -> None:
    due = call(client, "GET", f"{released.sandbox}/clock").json["next_deadline"]
    first = advance(client, released, to="next-deadline")
    assert (first.status, first.json["now"]) == (200, due)
    assert first.json["next_deadline"] is None or first.json["next_deadline"] > due


@each(
    ("asked", "now"),
    [
        ({"by": "30s"}, "2026-11-20T04:00:30.000Z"),
        ({"by": "PT2H"}, "2026-11-20T06:00:30.000Z"),
        ({"by": "P1DT1M"}, "2026-11-21T06:01:30.000Z"),
        ({"by": "0s"}, "2026-11-21T06:01:30.000Z"),
        ({"to": "2026-11-22"}, "2026-11-21T16:00:00.000Z"),
        ({"to": "2026-11-22T00:00:00Z"}, "2026-11-22T00:00:00.000Z"),
        ({"to": "2026-11-22T08:30"}, "2026-11-22T00:30:00.000Z"),
    ],
)
def test_a_span_or_a_moment_is_written_as_one_likes(
    client: Client, teller: Teller, asked: dict[str, str], now: str
) -> None:
    told = advance(client, teller, **asked)
    assert (told.status, told.json["now"]) == (200, now)


@each(
    ("asked", "status", "code"),
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
    client: Client, teller: Teller, asked: dict[str, Any], status: int, code: str
) -> None:
    told = advance(client, teller, **asked)
    assert (told.status, told.codes) == (status, [code])
    assert call(client, "GET", f"{teller.sandbox}/clock").json["now"] == NOON


def test_a_clock_that_follows_the_machine_is_not_moved(client: Client) -> None:
    told = call(client, "POST", "main/clock/advance", {"by": "1d"})
    assert (told.status, told.codes) == (409, ["clock-not-virtual"])


def test_time_that_is_up_is_said_and_the_rest_is_asked_for_again(client: Client, released: Teller) -> None:
    first = advance(client, released, by="50d", timeout=0)
    assert (first.status, first.json["settled"], first.json["to"]) == (202, False, "2027-01-09T04:00:00.000Z")
    second = advance(client, released, to=first.json["to"])
    assert (second.status, second.json["now"]) == (200, first.json["to"])


def test_two_who_advance_at_once_help_each_other(client: Client, released: Teller) -> None:
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(advance, client, released, to="2027-01-09") for _ in range(2)]
    assert [one.result().status for one in both] == [200, 200]
    assert released.state(released.trade()) == "closed"


def test_a_running_clock_stands_still_where_it_was_put(client: Client, teller: Teller) -> None:
    assert call(client, "PUT", f"{teller.sandbox}/clock", {"mode": "virtual", "rate": "2.5"}).status == 200
    told = advance(client, teller, by="1d").json
    assert (told["mode"], told["now"], told["settled"]) == ("frozen", told["to"], True)
    assert told["now"] >= "2026-11-21T04:00:00.000Z"


def test_a_clock_is_set_forward_and_never_back(client: Client, teller: Teller) -> None:
    place = f"{teller.sandbox}/clock"
    told = call(client, "PUT", place, {"mode": "frozen", "at": "2027-06-01T08:00"})
    assert (told.status, told.json["now"]) == (200, "2027-06-01T00:00:00.000Z")
    for asked in ({"mode": "frozen", "at": "2027-05-31"}, {"mode": "real"}):
        refused = call(client, "PUT", place, asked)
        assert (refused.status, refused.codes) == (409, ["clock-back"])
    assert call(client, "PUT", place, {"mode": "frozen"}).json["now"] == "2027-06-01T00:00:00.000Z"


def test_what_will_happen_is_told_page_by_page(client: Client, server: Server, teller: Teller) -> None:
    trades = [teller.trade(number) for number in range(3)]
    teller.file(*[teller.message(trade, kind) for trade in trades for kind in KINDS])
    assert server.runtime.wait_until_settled(30)
    place = f"{teller.sandbox}/deadlines"
    told = call(client, "GET", place).json
    every = told["deadlines"]
    assert told["next"] is None and len(every) >= 3
    assert [one["due"] for one in every] == sorted(one["due"] for one in every)
    assert {one["kind"] for one in every} >= {"deadline.closing"} and "结关" in {one["zh"] for one in every}
    found, after = [], ""
    while after is not None:
        page = call(client, "GET", f"{place}?limit=2&after={after}").json
        found += page["deadlines"]
        after = page["next"]
    assert found == every


def test_what_will_happen_until_then_is_named_before_it_happens(client: Client, released: Teller) -> None:
    place, trade = f"{released.sandbox}/deadlines", released.trade()
    every = call(client, "GET", place).json["deadlines"]
    (closing,) = [one for one in every if one["kind"] == "deadline.closing"]
    assert closing["about"]["order"] == trade.id and closing["about"]["list"] == released.column(trade, "invt_no")
    last = every[-1]["due"]
    assert call(client, "GET", f"{place}?until={last}").json["deadlines"] == every
    assert call(client, "GET", f"{place}?until=1s").json["deadlines"] == []
    first = call(client, "GET", f"{place}?until={every[0]['due']}").json["deadlines"]
    assert first == [one for one in every if one["due"] == every[0]["due"]]
    assert call(client, "GET", place).json["deadlines"] == every, "looking moves nothing"
    advance(client, released, to=every[0]["due"])
    left = call(client, "GET", place).json["deadlines"]
    assert not {one["id"] for one in left} & {one["id"] for one in first}, "what was told has happened"


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
def test_a_wrong_page_is_refused(client: Client, teller: Teller, query: str) -> None:
    assert call(client, "GET", f"{teller.sandbox}/deadlines?{query}").status == 400


def test_a_sandbox_that_nobody_made_has_no_clock(client: Client) -> None:
    for told in (
        call(client, "GET", "none/clock"),
        call(client, "GET", "none/deadlines"),
        call(client, "PUT", "none/clock", {"mode": "real"}),
        call(client, "POST", "none/clock/advance", {"by": "1s"}),
    ):
        assert (told.status, told.codes) == (404, ["unknown-sandbox"])


@each(("role", "status"), [("administrator", 409), ("supervisor", 409), ("inspector", 403), ("auditor", 403)])
def test_whoever_moves_a_clock_needs_the_right(exposed: Window, role: str, status: int) -> None:
    client: FlaskClient = create_app(exposed).test_client()
    place = "/api/v1/sandboxes/main"
    assert client.get(f"{place}/clock", headers=NAMED).status_code == 401
    assert client.get(f"{place}/deadlines", headers=NAMED).status_code == 401
    calls = (
        (client.post, f"{place}/clock/advance", {"by": "1s"}),
        (client.put, f"{place}/clock", {"mode": "frozen", "at": "2020-01-01"}),
    )
    for send, path, asked in calls:
        assert send(path, json=asked, headers=NAMED).status_code == 401
        assert send(path, json=asked, headers=NAMED, auth=account(exposed, f"li.{role}", role)).status_code == status
