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
