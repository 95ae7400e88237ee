"""Batches over HTTP and on the pages: opened, changed by who saw them last, listed with their members."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from declarations.calendar import instant_of
from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.clock import Clock
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import kept_open, window_in
from tests.described import described_client
from tests.officers import Browser, signed_in
from tests.stories.story import TODAY
from tests.tables import each

OPENING = {"flow": "I", "customs_code": "4240", "trade_mode": "9610", "by": "A"}


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = window_in(tmp_path)
    opened.make_sandbox("b", Options(), clock=Clock("virtual", instant_of(TODAY, 12), 0, 0))  # type: ignore[arg-type]
    yield from kept_open(opened)


@pytest.fixture
def client(window: Window) -> Iterator[Browser]:
    """A client of a window that works."""
    runtime = Runtime(window)
    runtime.start()
    with described_client(create_app(window, runtime=runtime)) as made:
        made.environ_base["HTTP_X_SANDBOX"] = "b"
        yield signed_in(made, window, "li", display="李")
    runtime.stop()


@pytest.fixture
def number(client: Browser) -> str:
    answered = client.post("/api/v1/batches", json=OPENING)
    assert answered.status_code == 201
    return str(answered.json["batch_no"])


def test_a_batch_is_opened_filled_and_declared(client: Browser, number: str) -> None:
    added = client.post(f"/api/v1/batches/{number}/add", json={"by": "A", "lists": ["X1", "X2"]})
    assert (added.status_code, added.json["status"], added.json["batch"]["members"]) == (200, "done", 2)
    taken = client.post(f"/api/v1/batches/{number}/remove", json={"by": "A", "lists": ["X2", "X9"]})
    assert [reason["code"] for reason in taken.json["said"][0]["reasons"]] == ["19205", "19227"]
    places = client.get(f"/api/v1/batches/{number}/members", query_string={"limit": 1}).json
    assert (places["members"][0]["key"], places["members"][0]["state"], places["next"]) == ("X1", "reserved", 0)
    assert client.post(f"/api/v1/batches/{number}/declare", json={"by": "A"}).status_code == 200
    assert [event["event"] for event in client.get(f"/api/v1/batches/{number}").json["history"]][:4] == [
        "batch_opened",
        "batch_add",
        "batch_remove",
        "batch_declared",
    ]
    assert [batch["batch_no"] for batch in client.get("/api/v1/batches").json["batches"]] == [number]


def test_the_second_of_two_who_saw_the_same_is_refused(client: Browser, number: str) -> None:
    first, second = (
        client.post(f"/api/v1/batches/{number}/add", json={"by": "A", "lists": [entry], "revision": 1})
        for entry in ("X1", "X2")
    )
    assert (first.status_code, second.status_code) == (200, 409)
    finding = second.json["findings"][0]
    assert "第1次" in finding["zh"] and "revision 1 was seen, it is 2 now" in finding["en"]


@each(
    ("path", "body", "status"),
    [
        ("", {**OPENING, "trade_mode": "9710"}, 422),
        ("", {**OPENING, "customs_code": "9999"}, 422),
        ("", {"flow": "I"}, 400),
        ("/none/declare", {"by": "A"}, 404),
        ("/{}/add", {"by": "A"}, 422),
        ("/{}/review", {"by": "A"}, 404),
        ("/{}/add", {"by": "B", "lists": ["X1"]}, 422),
        ("/{}/declare", {"by": "A"}, 422),
        ("/{}/eat", {"by": "A"}, 404),
    ],
)
def test_an_invalid_request_is_refused(client: Browser, number: str, path: str, body: object, status: int) -> None:
    assert client.post(f"/api/v1/batches{path.format(number)}", json=body).status_code == status


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_show_batches_and_let_an_officer_act(client: Browser, number: str, language: str) -> None:
    place = {"sandbox": "b", "lang": language}
    assert number in client.get("/batches", query_string=place).text
    acted = client.post(f"/batches/{number}", query_string=place, data={"act": "add", "lists": "X1 X2", "version": 1})
    assert acted.status_code == 303
    assert 'role="status" class="chip good"' in client.get(acted.headers["Location"]).text
    stale = client.post(f"/batches/{number}", query_string=place, data={"act": "add", "lists": "X3", "version": 7})
    assert stale.status_code == 409
    assert client.post(f"/batches/{number}", query_string=place, data={"act": "eat"}).status_code == 422
    assert client.get("/batches/none", query_string=place).status_code == 404
    opened = client.post("/batches", query_string=place, data={"office": "4240", "mode": "E 9610"})
    assert opened.status_code == 303
    refused = client.post("/batches", query_string=place, data={"office": "9999", "mode": "I 9610"})
    assert refused.status_code == 422
    assert {"zh": "没有代码为9999的关区", "en": "There is no customs office"}[language] in refused.text
    assert {"zh": "已填写的内容均已保留", "en": "Everything you typed is still"}[language] in refused.text
    assert 'value="9999"' in refused.text and '<option value="I 9610" selected>' in refused.text
