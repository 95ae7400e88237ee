"""An officer makes a new subject by call and command: which values it needs, who may, and what one key makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from declarations.calendar import instant_of
from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.clock import Clock
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import kept_open, window_in
from tests.described import described_client
from tests.officers import Browser, account, signed_in
from tests.stories.story import TODAY
from tests.tables import each

PATH, VALUES = "/api/v1/cases/batch/decisions", {"flow": "I", "customs_code": "4240", "trade_mode": "1210"}


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = window_in(tmp_path)
    opened.make_sandbox("b", Options(open_desks=True), clock=Clock("virtual", instant_of(TODAY, 12), 0, 0))  # type: ignore[arg-type]
    yield from kept_open(opened)


@pytest.fixture
def client(window: Window) -> Iterator[Browser]:
    """An officer who keeps batches, at a window that works."""
    runtime = Runtime(window)
    runtime.start()
    with described_client(create_app(window, runtime=runtime)) as made:
        made.environ_base["HTTP_X_SANDBOX"] = "b"
        yield signed_in(made, window, "li")
    runtime.stop()


def open_batch(client: Browser, key: str = "", action: str = "open", **changes: str) -> TestResponse:
    return client.post(PATH, json={"action": action, "values": {**VALUES, **changes}, "key": key})


def batches(client: Browser) -> list[str]:
    return [batch["batch_no"] for batch in client.get("/api/v1/batches").json["batches"]]


def test_the_acts_are_listed_with_the_values_that_they_need(client: Browser) -> None:
    (act,) = client.get(PATH).json["acts"]
    assert (act["action"], act["zh"], list(act["values"]), act["reason"]) == ("open", "建立批次", list(VALUES), False)
    assert client.get("/api/v1/cases/declaration/decisions").json["acts"] == []


def test_the_answer_names_what_was_made_and_more_can_be_decided_about_it(client: Browser) -> None:
    answer = open_batch(client)
    assert (answer.status_code, answer.json["status"], answer.json["state"]) == (201, "done", "open")
    assert batches(client) == [answer.json["number"]]
    assert client.get(answer.json["links"]["self"]).json["label"] == answer.json["number"]


def test_a_key_makes_one_however_often_it_is_sent_and_no_key_makes_another(client: Browser) -> None:
    first, again = open_batch(client, "monday-1"), open_batch(client, "monday-1")
    assert (again.status_code, again.json) == (201, first.json)
    open_batch(client)
    open_batch(client, "monday-2")
    assert len(batches(client)) == 3


def test_a_key_that_names_another_request_is_refused(client: Browser) -> None:
    open_batch(client, "monday-1")
    answer = open_batch(client, "monday-1", customs_code="4227")
    assert answer.status_code == 409 and "monday-1" in answer.json["findings"][0]["en"]
    assert len(batches(client)) == 1


@each(
    ("body", "status", "said"),
    [
        ({"action": "open"}, 422, "open needs flow: I (import) or E (export)."),
        ({"action": "open", "values": {**VALUES, "flow": ""}}, 422, "open needs flow"),
        ({"action": "open", "values": {**VALUES, "colour": "red"}}, 422, "colour"),
        ({"action": "open", "values": {**VALUES, "trade_mode": "9710"}}, 422, "A batch has a direction"),
        ({"action": "open", "values": {**VALUES, "customs_code": "0000"}}, 422, "no customs office"),
        ({"action": "close", "values": VALUES}, 422, "No act 'close' makes a batch; there is: open."),
        ({"action": "open", "values": VALUES, "key": "a b"}, 400, "key"),
        ({"action": "open", "values": VALUES, "key": "k" * 65}, 400, "key"),
        ({"action": "open", "values": {"flow": ["I"]}}, 400, "flow"),
        ({"values": VALUES}, 400, "action"),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_nothing_is_made(
    client: Browser, body: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post(PATH, json=body)
    assert answer.status_code == status and said in answer.text.replace("\\u0027", "'"), answer.text
    assert batches(client) == []


def test_nothing_is_made_of_an_unknown_kind_or_in_an_unknown_sandbox(client: Browser) -> None:
    assert client.post("/api/v1/cases/plan/decisions", json={"action": "open"}).status_code == 404
    assert client.post(PATH, json={"action": "open"}, headers={"X-Sandbox": "other"}).status_code == 404


def test_an_officer_without_the_right_makes_none(client: Browser, window: Window) -> None:
    inspector = account(window, "chen", "inspector")
    assert client.get(PATH, auth=inspector).json["acts"] == []
    assert client.post(PATH, json={"action": "open", "values": VALUES}, auth=inspector).status_code == 403
    assert batches(client) == []


def test_whoever_is_no_officer_makes_none(client: Browser, window: Window) -> None:
    window.set_options("b", open_desks=False)
    assert open_batch(client).status_code == 401
    assert batches(client) == []


def test_a_batch_is_made_at_the_command_line(tmp_path: Path) -> None:
    def said(*words: str) -> str:
        result = run_command(*words, "--data", tmp_path / "data")
        assert result.exit_code == 0, result.output
        return str(result.output)

    said("batch", "open", "I", "4240", "1210")
    values = [f"{name}={value}" for name, value in VALUES.items()]
    made = said("create", "batch", "open", *values, "--once", "monday-1")
    assert made.strip().endswith(": open") and said("create", "batch", "open", *values, "--once", "monday-1") == made
    assert "open 建立批次" in said("create", "batch") and "customs_code=…" in said("create", "batch")
