"""A test asks for a declaration and is answered when a status was given, or when nothing more comes of itself."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from serving_http import Answer, Client

from single_window.api import create_app, http_listener
from single_window.clock import monotonic
from single_window.process.serving import Server
from single_window.store import sandboxes
from single_window.store.engine import writing
from single_window.wiring import Window
from tests.databases import window_in
from tests.described import described_client
from tests.stories.story import KINDS, Teller
from tests.tables import each

_numbers = count(1)


@pytest.fixture
def teller(served_window: Window, server: Server) -> Teller:
    return Teller(served_window, f"awaited-{next(_numbers)}")


def send(client: Client, teller: Teller, *kinds: str) -> None:
    for kind in kinds or KINDS:
        assert client.post(teller.message(teller.trade(), kind), X_Sandbox=teller.sandbox).status == 202


def wait(client: Client, teller: Teller, query: str) -> Answer:
    return client.get(f"/declarations/{teller.trade().id}?{query}", X_Sandbox=teller.sandbox)


def test_it_is_answered_as_soon_as_a_status_was_given(client: Client, teller: Teller) -> None:
    with ThreadPoolExecutor() as pool:
        waiting: Future[Answer] = pool.submit(wait, client, teller, "wait_for=800,100&timeout=30")
        send(client, teller)
        assert waiting.result().status == 200, "it was asked before anything had come"
        answer = wait(client, teller, "wait_for=800,100&timeout=30").json
    assert answer["given"] == ["800"] and [declaration["state"] for declaration in answer["declarations"]] == [
        "released"
    ]


def test_it_waits_through_the_work_that_is_open(client: Client, teller: Teller) -> None:
    began = monotonic()
    send(client, teller)
    answer = wait(client, teller, "wait_for=800&timeout=30").json
    assert answer["given"] == ["800"] and monotonic() - began < 30


def test_where_only_a_clock_or_a_person_can_move_it_on_it_is_answered_at_once(client: Client, teller: Teller) -> None:
    send(client, teller)
    began = monotonic()
    answer = wait(client, teller, "wait_for=899,500&timeout=30").json
    assert (answer["given"], answer["settled"]) == ([], True) and monotonic() - began < 30


def test_a_tax_bill_is_waited_for_by_its_type(client: Client, teller: Teller) -> None:
    send(client, teller)
    assert wait(client, teller, "wait_for=816&timeout=30").json["given"] == ["816"]


def test_what_has_not_come_yet_is_waited_for_and_then_not_there(client: Client, teller: Teller) -> None:
    response = wait(client, teller, "wait_for=800&timeout=1")
    assert (response.status, response.codes) == (404, ["no-such-declaration"])


def test_a_clock_that_runs_is_waited_for(client: Client, teller: Teller, served_window: Window, server: Server) -> None:
    send(client, teller)
    assert server.runtime.wait_until_settled(30)
    place = f"/api/v1/sandboxes/{teller.sandbox}/clock"
    due = client.call("GET", place).json["next_deadline"]
    clock = served_window.sandbox(teller.sandbox).clock
    with writing(served_window.engine) as connection:
        sandboxes.set_clock(connection, teller.sandbox, clock.now(), seen=clock)
    running = client.call(
        "PUT", place, json.dumps({"mode": "virtual", "rate": "1000000"}), Content_Type="application/json"
    )
    assert running.status == 200 and due
    answer = wait(client, teller, "wait_for=899&timeout=30").json
    assert answer["given"] == ["899"] and answer["declarations"][0]["state"] == "closed"


def test_without_wait_for_nothing_is_waited_for(client: Client, teller: Teller) -> None:
    send(client, teller)
    wait(client, teller, "wait_for=800")
    answer = wait(client, teller, "timeout=30").json
    assert "settled" not in answer and "given" not in answer


@each(
    "query",
    [
        "wait_for=x",
        "wait_for=800;100",
        "wait_for=%D9%A8",
        "wait_for=1234567",
        "wait_for=800&timeout=31",
        "wait_for=800&timeout=-1",
        f"wait_for={','.join(['800'] * 21)}",
        "wait_for=800,,100",
    ],
)
def test_what_is_out_of_bounds_is_refused(client: Client, teller: Teller, query: str) -> None:
    assert wait(client, teller, query).codes == ["wrong-parameter"]


def test_a_sandbox_that_nobody_made_is_not_waited_for(client: Client) -> None:
    response = client.get("/declarations/1?wait_for=800", X_Sandbox="none")
    assert (response.status, response.codes) == (404, ["unknown-sandbox"])


def test_who_finds_no_room_to_wait_is_informed_at_once(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    teller = Teller(window, "story")
    client = described_client(create_app(window, polls=0))
    call = {"path": f"/api/v1/declarations/{teller.trade().id}?wait_for=800", "headers": {"X-Sandbox": "story"}}
    teller.file(*[teller.message(teller.trade(), kind) for kind in KINDS])
    refused = client.get(**call)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert [finding["code"] for finding in refused.get_json()["findings"]] == ["too-many-waits"]
    window.settle()
    assert client.get(**call).get_json()["given"] == ["800"]
    window.close()


@each(
    ("path", "query", "may"),
    [
        ("/api/v1/declarations/1", "wait_for=800", True),
        ("/api/v1/declarations/1", "", False),
        ("/api/v1/declarations/1", "wait%5Ffor=800", True),
        ("/api/v1/declarations", "wait_for=800", False),
        ("/api/v1/receipts", "wait=10", True),
        ("/api/v1/receipts", "wait_for=1", True),
        ("/", "wait_for=800", False),
    ],
)
def test_what_may_wait_is_known_before_it_is_read(path: str, query: str, may: bool) -> None:
    assert http_listener.may_wait(path, query) is may
