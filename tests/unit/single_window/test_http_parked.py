"""The parking over HTTP: what is parked is seen, sent again, closed; a second request is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from serving_http import Answer, Client
from sqlalchemy import select

from single_window.process.serving import Server
from single_window.store.deliveries import file_deliveries
from single_window.store.numbering import ROWS
from single_window.store.tables import delivery
from single_window.wiring import Window
from tests.databases import carry_out, fetch, write_by
from tests.patience import PATIENCE

HARMLESS, PERSISTING = '[[9007199254740991,"no such order"]]', '[["no id"]]'


@pytest.fixture
def park(served_window: Window) -> Iterator[Callable[..., list[int]]]:
    """`park(3)` parks so many deliveries; whatever is parked or dismissed is gone after the test."""
    from sqlalchemy import delete

    def parked(count: int, payload: str = HARMLESS, sandbox: str = "main") -> list[int]:
        served_window.numbering.ensure(ROWS, "row", count)
        ids = served_window.numbering.take(ROWS, "row", count)
        write_by(
            served_window.engine,
            file_deliveries,
            [(number, sandbox, "customs", "import.order", 0, payload, 1, "parked", 0, 1) for number in ids],
        )
        return ids

    yield parked
    carry_out(served_window.engine, delete(delivery).where(delivery.c.state.in_(["parked", "dismissed"])))


def post(client: Client, action: str, body: Any, **headers: str) -> Answer:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.call("POST", f"/api/v1/parked/{action}", text, Content_Type="application/json", **headers)


def listed(client: Client, query: str = "") -> list[int]:
    response = client.get(f"/parked{query}")
    assert response.status == 200, response.body
    return [row["id"] for row in response.json["deliveries"]]


def test_what_is_parked_is_listed_page_by_page(client: Client, park: Any) -> None:
    ids = park(3)[::-1]
    assert listed(client) == ids
    first = client.get("/parked?limit=2").json
    assert (first["total"], first["next"]) == (3, ids[1])
    last = client.get(f"/parked?limit=2&before={first['next']}").json
    assert [row["id"] for row in last["deliveries"]] == ids[2:] and last["next"] is None
    result = first["deliveries"][0]
    assert (result["queue"], result["topic"], result["state"], result["handled"]) == (
        "customs",
        "import.order",
        "parked",
        [],
    )
    assert "traceback" not in result and client.get("/parked?traceback=true").json["deliveries"][0]["traceback"] == ""
    assert client.get("/parked", X_Sandbox="other").json["total"] == 0


def test_what_is_sent_again_is_worked_off_by_the_running_window(client: Client, park: Any, server: Server) -> None:
    first, two, three = park(3)
    answer = post(client, "retry", {"ids": [first, two]}).json
    assert answer["count"] == 2 and [outcome["outcome"] for outcome in answer["outcomes"]] == ["retried"] * 2
    assert server.runtime.wait_until_settled(PATIENCE)
    assert listed(client) == [three]
    again = post(client, "retry", {"ids": [first, 10**15]}).json
    assert (again["count"], [outcome["outcome"] for outcome in again["outcomes"]]) == (0, ["already", "unknown"])
    assert "done" in again["outcomes"][0]["en"] and "done" in again["outcomes"][0]["zh"]
    assert post(client, "retry", {"all": True}).json == {"count": 1, "outcomes": []}
    assert post(client, "retry", {"all": True}).json == {"count": 0, "outcomes": []}


def test_what_is_dismissed_keeps_who_and_why_and_may_be_sent_again(client: Client, park: Any, server: Server) -> None:
    first, _ = park(2)
    result = post(client, "dismiss", {"ids": [first], "reason": " 误发 "})
    assert result.json["outcomes"][0]["outcome"] == "dismissed"
    assert first not in listed(client) and listed(client, "?state=dismissed") == [first]
    (handled,) = client.get("/parked?state=dismissed").json["deliveries"][0]["handled"]
    assert (handled["act"], handled["who"], handled["why"]) == ("dismissed", "operator", "误发") and handled["at"]
    assert post(client, "dismiss", {"ids": [first], "reason": "x"}).json["outcomes"][0]["outcome"] == "already"
    assert post(client, "retry", {"ids": [first]}).json["count"] == 1
    assert server.runtime.wait_until_settled(PATIENCE) and listed(client, "?state=dismissed") == []


def test_what_still_fails_waits_for_its_next_attempt(client: Client, park: Any, server: Server) -> None:
    (entry,) = park(1, PERSISTING)
    post(client, "retry", {"ids": [entry]})
    assert server.runtime.wait_until_settled(PATIENCE)
    state, attempts, reason = fetch(
        server.window.engine,
        select(delivery.c.state, delivery.c.attempts, delivery.c.reason).where(delivery.c.id == entry),
    ).one()
    assert (state, attempts) == ("ready", 1) and reason


@pytest.mark.parametrize(
    ("action", "body", "code", "name"),
    [
        ("retry", {}, "ids-or-all", ""),
        ("retry", {"ids": [], "all": False}, "ids-or-all", ""),
        ("retry", {"ids": [1], "all": True}, "ids-or-all", ""),
        ("retry", {"ids": ["x"]}, "wrong-parameter", "ids"),
        ("retry", {"ids": [0]}, "wrong-parameter", "ids"),
        ("retry", {"ids": [2**63]}, "wrong-parameter", "ids"),
        ("retry", {"ids": list(range(1, 1_002))}, "wrong-parameter", "ids"),
        ("retry", {"all": True, "by": "wang"}, "wrong-parameter", "by"),
        ("dismiss", {"all": True}, "wrong-parameter", "reason"),
        ("dismiss", {"all": True, "reason": " \n"}, "wrong-parameter", "reason"),
        ("retry", b"no json", "json-unreadable", ""),
        ("retry", b"[1]", "wrong-parameter", ""),
    ],
)
def test_an_invalid_request_is_refused_and_changes_nothing(
    client: Client, park: Any, action: str, body: Any, code: str, name: str
) -> None:
    ids = park(1)
    response = post(client, action, body)
    assert response.status == 400 and response.codes == [code]
    assert name in response.json["findings"][0]["path"] and listed(client) == ids


def test_another_sandbox_another_site_and_an_unknown_sandbox_reach_nothing(client: Client, park: Any) -> None:
    ids = park(1)
    assert post(client, "retry", {"ids": ids}, X_Sandbox="other").json["outcomes"][0]["outcome"] == "unknown"
    assert post(client, "retry", {"ids": ids}, X_Sandbox="nobody").status == 404
    assert post(client, "retry", {"ids": ids}, Origin="https://elsewhere.example").status == 403
    assert listed(client) == ids


def test_the_calls_are_described(client: Client) -> None:
    spec = client.get("/openapi.json").json
    for path, method in (("/parked", "get"), ("/parked/retry", "post"), ("/parked/dismiss", "post")):
        call = spec["paths"][f"/api/v1{path}"][method]
        assert call["tags"] == ["parked"] and call["responses"]["200"]["content"] and call["summary"]
    assert "reason" in json.dumps(spec["components"]["schemas"]["DismissedIn"])
