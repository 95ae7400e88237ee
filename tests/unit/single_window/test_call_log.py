"""Calls of participants, kept with request and answer where the window is told to, and counted by criteria."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from serving_http import Client

from schemas import catalogue
from single_window.api.server.listener import bind
from single_window.frame.http.logged_calls import MAX_BODY
from single_window.intake import samples
from single_window.process.serving import Server
from single_window.store.call_log import TRIMMED_EVERY
from tests.api_keys import MAILBOX, bearer, issued
from tests.databases import kept_open, window_in

KEPT = 60
ORDER = samples.sample(catalogue.by_code("311"))


@contextmanager
def serving(data: Path, **settings: Any) -> Iterator[Client]:
    for window in kept_open(window_in(data, **settings)):
        with Server(window, bind("127.0.0.1", 0), folders=False) as server:
            yield Client(server.url, server.application.whole)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with serving(tmp_path, call_log=KEPT) as client:
        yield client


def calls(client: Client, query: str = "") -> Any:
    response = client.call("GET", f"/api/v1/calls{query}")
    assert response.status == 200, response.body
    return response.json


def test_a_call_is_kept_with_its_request_and_its_answer(client: Client) -> None:
    sent = client.call("POST", "/api/v1/messages", ORDER, X_Request_Id="mine")
    assert sent.status == 202
    (call,) = calls(client)["calls"]
    assert (call["method"], call["path"], call["status"], call["request_id"]) == ("POST", "/messages", 202, "mine")
    whole = client.call("GET", f"/api/v1/calls/{call['id']}").json
    assert whole["request"] == {"type": whole["request"]["type"], "size": len(ORDER), "text": ORDER.decode()}
    assert whole["answer"]["text"].encode() == sent.body


def test_what_is_refused_is_kept_too(client: Client) -> None:
    client.call("POST", "/api/v1/messages", b"<Order/>")
    client.call("GET", "/api/v1/declarations/NONE")
    assert [call["status"] for call in calls(client)["calls"]] == [404, 422]


CRITERIA = [
    ("?method=POST&path=/messages", 1, []),
    ("?method=post&path=/mess&status=202&contains=orderNo", 1, []),
    ("?path=/receipts&contains=after%3D0", 1, []),
    ("?path=/messages&contains=orderNo&contains=nowhere", 0, ["contains", "path, contains"]),
    ("?path=/messages&status=422", 0, ["status", "path, status"]),
    ("?method=DELETE", 0, ["method", "method"]),
]
"""Query, how many of the two calls meet it, and what each misses if none does."""


def test_calls_are_counted_by_criteria_and_the_nearest_named(client: Client) -> None:
    client.call("GET", "/api/v1/receipts?mailbox=DXPENT0000000001&after=0")
    client.call("POST", "/api/v1/messages", ORDER)
    for query, count, misses in CRITERIA:
        answer = calls(client, query)
        assert (answer["count"], len(answer["calls"])) == (count, count), query
        assert [call["misses"] for call in answer["near"]] == misses, query


def test_what_stands_in_base64_is_found_too(client: Client) -> None:
    number = b"DD202206010001"
    assert number in ORDER
    coded = b64encode(ORDER).decode()
    wrapped = f"<DxpMsg><TransInfo/><Data>{coded}</Data></DxpMsg>"
    for body in (ORDER, wrapped.encode(), json.dumps({"data": coded}).encode()):
        client.call("POST", "/api/v1/messages", body)
    client.call("POST", "/api/v1/messages", json.dumps({"data": b64encode(wrapped.encode()).decode()}).encode())
    assert calls(client, f"?contains={number.decode()}")["count"] == 4


def test_the_newest_are_kept(client: Client) -> None:
    for _ in range(2 * KEPT + TRIMMED_EVERY):
        client.call("GET", "/api/v1/mailboxes")
    found = calls(client, "?limit=500")
    assert KEPT <= found["count"] < KEPT + TRIMMED_EVERY
    numbers = [call["id"] for call in found["calls"]]
    assert numbers == sorted(numbers, reverse=True) and len(numbers) == found["count"]


def test_pages_of_calls_meet(client: Client) -> None:
    for _ in range(5):
        client.call("GET", "/api/v1/mailboxes")
    first = calls(client, "?limit=3")
    rest = calls(client, f"?limit=3&before={first['next']}")
    assert [len(page["calls"]) for page in (first, rest)] == [3, 2] and rest["next"] is None
    assert len({call["id"] for page in (first, rest) for call in page["calls"]}) == 5


def test_of_a_long_request_the_beginning_is_kept(client: Client) -> None:
    long = ORDER + b" " * MAX_BODY
    client.call("POST", "/api/v1/messages", long)
    (call,) = calls(client)["calls"]
    whole = client.call("GET", f"/api/v1/calls/{call['id']}").json
    assert whole["request"]["size"] == len(long) and len(whole["request"]["text"].encode()) == MAX_BODY


def test_another_sandbox_and_unknown_calls_are_not_shown(client: Client) -> None:
    client.call("POST", "/api/v1/messages", ORDER)
    (call,) = calls(client)["calls"]
    client.call("POST", "/api/v1/sandboxes", b'{"name": "other"}', Content_Type="application/json")
    elsewhere = client.call("GET", f"/api/v1/calls/{call['id']}", X_Sandbox="other")
    assert (elsewhere.status, elsewhere.codes) == (404, ["no-such-call"])
    assert client.call("GET", "/api/v1/calls/4711").codes == ["no-such-call"]


def test_with_a_key_its_own_calls_are_read(tmp_path: Path) -> None:
    for window in kept_open(window_in(tmp_path, call_log=KEPT, require_keys=1)):
        with Server(window, bind("127.0.0.1", 0), folders=False) as server:
            client = Client(server.url, server.application.whole)
            mine, other = (bearer(issued(window, mailboxes=[box])) for box in (MAILBOX, "DXPENT0000000009"))
            sent = client.call("POST", "/api/v1/messages", ORDER, **mine)
            assert sent.status == 202
            (call,) = client.call("GET", "/api/v1/calls", **mine).json["calls"]
            assert client.call("GET", f"/api/v1/calls/{call['id']}", **mine).status == 200
            assert client.call("GET", "/api/v1/calls", **other).json["count"] == 0
            assert client.call("GET", f"/api/v1/calls/{call['id']}", **other).codes == ["no-such-call"]
            whole = client.call("GET", f"/api/v1/calls/{call['id']}", **mine).body.decode()
            assert mine["Authorization"].split()[1] not in whole


def test_a_window_that_keeps_none_says_how_it_would(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        client.call("POST", "/api/v1/messages", ORDER)
        response = client.call("GET", "/api/v1/calls")
    assert (response.status, response.codes) == (404, ["calls-not-kept"])
    assert "--call-log" in response.json["findings"][0]["remedy_en"]
