"""Profiles of faults over HTTP: who may, what is refused, what a bad line does to calls, and that it is over."""

from __future__ import annotations

import http.client
import json
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving_http import Answer, Client, codes

from single_window.api import create_app
from single_window.outcomes import making
from single_window.outcomes.profiles import profiles
from single_window.process.serving import Server
from single_window.wiring import Window
from tests.described import described_client
from tests.officers import account
from tests.patience import PATIENCE
from tests.stories.story import KINDS, StoryRunner
from tests.tables import each

FAULTS = "/api/v1/sandboxes/main/faults"
NAMED = {"Host": "customs.example.org"}
_numbers = count(1)


@pytest.fixture
def app(window: Window) -> FlaskClient:
    return described_client(create_app(window))


def call(client: Client, method: str, story: StoryRunner, content: Any = None) -> Answer:
    body = None if content is None else json.dumps(content)
    return client.call(method, f"/api/v1/sandboxes/{story.sandbox}/faults", body, Content_Type="application/json")


def test_profiles_are_listed_in_both_languages(app: FlaskClient) -> None:
    result = app.get("/api/v1/faults").get_json()["profiles"]
    assert [profile["name"] for profile in result] == list(profiles())
    assert all(profile["zh"] and profile["en"] and profile["faults"] and profile["lasts"] for profile in result)


def test_a_profile_is_switched_on_shown_and_switched_off(app: FlaskClient) -> None:
    assert app.get(FAULTS).get_json() == {
        "profile": None,
        "on": False,
        "seed": "",
        "begins": None,
        "ends": None,
        "done": 0,
        "faults": [],
    }
    made = app.put(FAULTS, json={"profile": "a-bad-line", "lasts": "2h", "seed": "7"})
    answer = made.get_json()
    assert made.status_code == 200 and (answer["profile"], answer["on"], answer["seed"]) == ("a-bad-line", True, "7")
    assert [fault["share"] for fault in answer["faults"]] == [10, 10, 8, 8, 8]
    assert app.get(FAULTS).get_json() == answer
    again = app.put(FAULTS, json={"profile": "a-trickle"})
    assert (again.status_code, codes(again)) == (409, ["faults-on"])
    ended = app.delete(FAULTS).get_json()
    assert (ended["profile"], ended["on"]) == ("a-bad-line", False) and ended["ends"] < answer["ends"]
    assert app.delete(FAULTS).get_json()["profile"] is None


@each(
    ("body", "code"),
    [
        ({}, "wrong-parameter"),
        ({"profile": "a-bad-lime"}, "unknown-profile"),
        ({"profile": "x" * 61}, "wrong-parameter"),
        ({"profile": ["a-bad-line"]}, "wrong-parameter"),
        ({"profile": "../profiles/a-bad-line"}, "unknown-profile"),
        ({"profile": "a-bad-line", "lasts": "0s"}, "bad-trigger"),
        ({"profile": "a-bad-line", "lasts": "91d"}, "bad-trigger"),
        ({"profile": "a-bad-line", "lasts": "soon"}, "bad-trigger"),
        ({"profile": "a-bad-line", "seed": "\u202e"}, "bad-trigger"),
        ({"profile": "a-bad-line", "seed": "x" * 61}, "wrong-parameter"),
        ({"profile": "a-bad-line", "colour": "red"}, "wrong-parameter"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_on(app: FlaskClient, body: dict[str, Any], code: str) -> None:
    answer = app.put(FAULTS, json=body)
    assert (answer.status_code, codes(answer)) == (400, [code]), answer.get_json()
    assert app.get(FAULTS).get_json()["profile"] is None


def test_nobody_makes_a_trigger_of_a_profile_by_hand(app: FlaskClient) -> None:
    body = {"do": {"do": "lose"}, "match": {"term": {"profile": "a-bad-line"}}}
    assert app.post("/api/v1/sandboxes/main/triggers", json=body).status_code == 400
    assert app.get(FAULTS).get_json()["profile"] is None


def test_a_sandbox_that_is_not_there_has_none(app: FlaskClient) -> None:
    place = "/api/v1/sandboxes/none/faults"
    for answer in (app.get(place), app.put(place, json={"profile": "a-bad-line"}), app.delete(place)):
        assert (answer.status_code, codes(answer)) == (404, ["unknown-sandbox"])


@each(("role", "status"), [("administrator", 200), ("supervisor", 200), ("reviewer", 403), ("auditor", 403)])
def test_elsewhere_only_who_controls_tests_switches(exposed: Window, role: str, status: int) -> None:
    app = described_client(create_app(exposed))
    assert app.get(FAULTS, headers=NAMED).status_code == 401
    for ask in (
        lambda **more: app.put(FAULTS, json={"profile": "a-bad-line"}, headers=NAMED, **more),
        lambda **more: app.delete(FAULTS, headers=NAMED, **more),
    ):
        assert ask().status_code == 401
        assert ask(auth=account(exposed, f"li.{role}", role)).status_code == status


def test_whoever_sends_again_over_a_bad_line_gets_through(
    client: Client, served_window: Window, server: Server
) -> None:
    story = StoryRunner(served_window, f"faults-{next(_numbers)}")
    assert call(client, "PUT", story, {"profile": "a-bad-line"}).status == 200
    trades, answers = [story.trade(number) for number in range(8)], []
    for trade in trades:
        for kind in KINDS:
            answers += sent(client, story, story.message(trade, kind))
    assert server.runtime.wait_until_settled(PATIENCE)
    assert {story.state(trade) for trade in trades} == {"released"}
    assert {202, 429, 503, 0} == set(answers)
    answer = call(client, "GET", story).json
    assert answer["done"] == sum(answer != 202 for answer in answers)


def test_half_an_answer_ends_in_its_middle_and_the_message_is_kept(
    client: Client, served_window: Window, server: Server
) -> None:
    story = StoryRunner(served_window, f"faults-{next(_numbers)}")
    making.make(
        served_window.engine,
        served_window.numbering,
        story.sandbox,
        times=1,
        action={"do": "drop", "place": "partway"},
    )
    body = story.message(story.trade(), "order")
    with pytest.raises(http.client.IncompleteRead) as broken:
        client.post(body, X_Sandbox=story.sandbox)
    assert broken.value.partial and broken.value.expected
    assert client.post(body, X_Sandbox=story.sandbox).json["repeated"] is True


def sent(client: Client, story: StoryRunner, body: bytes) -> list[int]:
    """The answers to a message that is sent until it is accepted; 0: the connection ended."""
    answers: list[int] = []
    while not answers or answers[-1] != 202:
        assert len(answers) < 50
        try:
            answers.append(client.post(body, X_Sandbox=story.sandbox).status)
        except (http.client.HTTPException, ConnectionError):
            answers.append(0)
    return answers
