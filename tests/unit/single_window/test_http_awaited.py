"""A test asks for a declaration and is answered when a status was given, or when nothing more comes of itself."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from serving_http import Answer, Client, again
from sqlalchemy import event

from single_window.api import create_app, http_listener
from single_window.process.serving import Server
from single_window.store import sandboxes
from single_window.wiring import Window
from tests.changes import ManualChanges
from tests.databases import window_in, write_by
from tests.described import described_client
from tests.patience import PATIENCE
from tests.stories.story import KINDS, StoryRunner
from tests.tables import each

_numbers = count(1)


@pytest.fixture
def story(served_window: Window, server: Server) -> StoryRunner:
    return StoryRunner(served_window, f"awaited-{next(_numbers)}")


def send(client: Client, story: StoryRunner, *kinds: str) -> None:
    for kind in kinds or KINDS:
        assert client.post(story.message(story.trade(), kind), X_Sandbox=story.sandbox).status == 202


def wait(client: Client, story: StoryRunner, query: str) -> Answer:
    return client.get(f"/declarations/{story.trade().id}?{query}", X_Sandbox=story.sandbox)


def test_it_is_answered_as_soon_as_a_status_was_given(client: Client, story: StoryRunner) -> None:
    with ThreadPoolExecutor() as pool:
        waiting: Future[Answer] = pool.submit(wait, client, story, "wait_for=800,100&timeout=30")
        send(client, story)
        assert waiting.result().status == 200, "it was asked before anything had come"
        answer = wait(client, story, "wait_for=800,100&timeout=30").json
    assert answer["given"] == ["800"] and [declaration["state"] for declaration in answer["declarations"]] == [
        "released"
    ]


def test_the_statuses_may_be_given_one_by_one(client: Client, story: StoryRunner) -> None:
    send(client, story)
    assert wait(client, story, "wait_for=100&wait_for=800&timeout=30").json["given"] == ["800"]


def test_it_waits_through_the_work_that_is_open(client: Client, story: StoryRunner) -> None:
    send(client, story)
    answer = wait(client, story, "wait_for=800&timeout=30").json
    assert answer["given"] == ["800"]


def test_where_only_a_clock_or_a_person_can_move_it_on_it_is_answered_at_once(
    client: Client, story: StoryRunner
) -> None:
    send(client, story)
    answer = wait(client, story, "wait_for=899,500&timeout=30").json
    assert (answer["given"], answer["settled"]) == ([], True)


def test_a_tax_bill_is_waited_for_by_its_type(client: Client, story: StoryRunner) -> None:
    send(client, story)
    assert wait(client, story, "wait_for=816&timeout=30").json["given"] == ["816"]


def test_what_has_not_come_yet_is_waited_for_and_then_not_there(client: Client, story: StoryRunner) -> None:
    response = wait(client, story, "wait_for=800&timeout=1")
    assert (response.status, response.codes) == (404, ["no-such-declaration"])


def test_a_clock_that_runs_is_waited_for(
    client: Client, story: StoryRunner, served_window: Window, server: Server
) -> None:
    send(client, story)
    assert server.runtime.wait_until_settled(PATIENCE)
    place = f"/api/v1/sandboxes/{story.sandbox}/clock"
    due = client.call("GET", place).json["next_deadline"]
    clock = served_window.sandbox(story.sandbox).clock
    write_by(served_window.engine, sandboxes.set_clock, story.sandbox, clock.now(), seen=clock)
    running = client.call(
        "PUT", place, json.dumps({"mode": "virtual", "rate": "1000000"}), Content_Type="application/json"
    )
    assert running.status == 200 and due
    answer = wait(client, story, "wait_for=899&timeout=30").json
    assert answer["given"] == ["899"] and answer["declarations"][0]["state"] == "closed"


def test_without_wait_for_nothing_is_waited_for(client: Client, story: StoryRunner) -> None:
    send(client, story)
    wait(client, story, "wait_for=800")
    answer = wait(client, story, "timeout=30").json
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
def test_what_is_out_of_bounds_is_refused(client: Client, story: StoryRunner, query: str) -> None:
    assert wait(client, story, query).codes == ["wrong-parameter"]


def test_a_sandbox_that_nobody_made_is_not_waited_for(client: Client) -> None:
    response = client.get("/declarations/1?wait_for=800", X_Sandbox="none")
    assert (response.status, response.codes) == (404, ["unknown-sandbox"])


def test_however_often_something_is_new_elsewhere_the_answer_is_put_together_once(tmp_path: Path) -> None:
    window, changes = window_in(tmp_path), ManualChanges()
    story = StoryRunner(window, "story")
    story.file(*[story.message(story.trade(), kind) for kind in KINDS])
    window.settle()
    story.file(again(story.message(story.trade(), "order")))  # stays open: nobody works
    statements: list[str] = []

    @event.listens_for(window.engine, "before_cursor_execute")
    def _note(connection: object, cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    path = f"/api/v1/declarations/{story.trade().id}?wait_for=899&timeout=30"
    client = described_client(create_app(window, changes=changes))
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.get, path, headers={"X-Sandbox": "story"})
        for number in range(1, 6):
            changes.until_waits(number)
            changes.announce()
        changes.until_waits(6)
        assert not any("FROM tax_bill" in statement for statement in statements), "nobody has been answered yet"
        changes.close()
        answer = waiting.result().get_json()
    assert (answer["given"], answer["declarations"][0]["tax"]["state"]) == ([], "made")
    assert sum("FROM tax_bill" in statement for statement in statements) == 1
    window.close()


def test_who_finds_no_room_to_wait_is_informed_at_once(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    story = StoryRunner(window, "story")
    client = described_client(create_app(window, polls=0))
    call = {"path": f"/api/v1/declarations/{story.trade().id}?wait_for=800", "headers": {"X-Sandbox": "story"}}
    story.file(*[story.message(story.trade(), kind) for kind in KINDS])
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
