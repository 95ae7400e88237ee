"""Triggers, scenarios of a call and messages put into a mailbox, over HTTP: who may, what is refused, what it does."""

from __future__ import annotations

import json
from itertools import count
from time import thread_time
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving_http import Answer, Client, codes

from single_window.api import create_app
from single_window.outcomes.triggers import TriggerMatch, matches
from single_window.process.serving import Server
from single_window.store.engine import writing
from single_window.store.tables import outcome_trigger
from single_window.wiring import Window
from tests.described import described_client
from tests.officers import account
from tests.patience import PATIENCE
from tests.stories.story import KINDS, StoryRunner
from tests.tables import each

TRIGGERS = "/api/v1/sandboxes/main/triggers"
NAMED = {"Host": "customs.example.org"}
MAILBOX = "/api/v1/mailboxes/DXPENT0000000001/receipts"
_numbers = count(1)


@pytest.fixture
def app(window: Window) -> FlaskClient:
    return described_client(create_app(window))


def test_a_trigger_is_made_listed_and_removed(app: FlaskClient) -> None:
    made = app.post(
        TRIGGERS,
        json={
            "match": {"type": "621", "order": "DD*"},
            "do": {"do": "reject", "code": "1332"},
            "times": 3,
            "name": "too poor",
        },
    )
    assert made.status_code == 201
    (trigger,) = made.get_json()["triggers"]
    assert (trigger["name"], trigger["times"], trigger["left"]) == ("too poor", 3, 3)
    assert trigger["match"] == {"type": "621", "order": "DD*"} and trigger["do"] == {"do": "reject", "code": "1332"}
    (second,) = app.post(TRIGGERS, json={"scenario": "lost", "match": {"sender": "DXP*"}}).get_json()["triggers"]
    assert (second["match"], second["left"]) == ({"receipt": "622.800", "sender": "DXP*"}, None)
    assert app.get(TRIGGERS).get_json()["triggers"] == [second, trigger]
    assert app.delete(f"{TRIGGERS}/{trigger['id']}").get_json() == {"removed": 1}
    assert codes(app.delete(f"{TRIGGERS}/{trigger['id']}")) == ["no-such-trigger"]
    assert app.delete(TRIGGERS).get_json() == {"removed": 1} and app.get(TRIGGERS).get_json() == {"triggers": []}


def test_ready_made_outcomes_are_listed_in_both_languages(app: FlaskClient) -> None:
    scenarios = app.get("/api/v1/scenarios").get_json()["scenarios"]
    assert len(scenarios) >= 20 and all(
        scenario[name] for scenario in scenarios for name in ("zh", "en", "seen_zh", "seen_en")
    )


@each(
    ("body", "code", "path"),
    [
        ({}, "bad-trigger", "do"),
        ({"scenario": "lost", "do": {"do": "lose"}}, "bad-trigger", "do"),
        ({"scenario": "losst"}, "unknown-scenario", "scenario"),
        ({"do": {"do": "loose"}}, "wrong-parameter", "do.do"),
        ({"do": {"do": "refuse", "code": "100"}}, "bad-trigger", "do.code"),
        ({"do": {"do": "refuse", "code": "-999999"}}, "bad-trigger", "do.words"),
        ({"do": {"do": "reject", "code": "99999"}}, "bad-trigger", "do.words"),
        ({"do": {"do": "reject", "code": "12a"}}, "bad-trigger", "do.code"),
        ({"do": {"do": "reject", "words": "a\nb"}}, "bad-trigger", "do.words"),
        ({"do": {"do": "reject"}, "match": {"type": "311"}}, "bad-trigger", "match.type"),
        ({"do": {"do": "reject"}, "match": {"receipt": "622"}}, "bad-trigger", "match.receipt"),
        ({"do": {"do": "lose"}, "match": {"receipt": "621"}}, "bad-trigger", "match.receipt"),
        ({"do": {"do": "lose"}, "match": {"type": "999"}}, "bad-trigger", "match.type"),
        ({"do": {"do": "receipt"}}, "bad-trigger", "do.status"),
        ({"do": {"do": "receipt", "status": "x"}}, "bad-trigger", "do.status"),
        ({"do": {"do": "lose", "place": "after"}}, "bad-trigger", "do.place"),
        ({"do": {"do": "delay", "seconds": 2_592_001}}, "bad-trigger", "do.seconds"),
        ({"do": {"do": "delay", "seconds": -1}}, "bad-trigger", "do.seconds"),
        ({"do": {"do": "delay", "spread": "uniform", "least": 9, "most": 8}}, "bad-trigger", "do.most"),
        ({"do": {"do": "delay", "spread": "lognormal"}}, "bad-trigger", "do.seconds"),
        ({"do": {"do": "delay", "spread": "lognormal", "seconds": 1, "sigma": 9}}, "bad-trigger", "do.sigma"),
        ({"do": {"do": "repeat", "copies": 101}}, "bad-trigger", "do.copies"),
        ({"do": {"do": "http", "http": 500}}, "bad-trigger", "do.http"),
        ({"do": {"do": "http", "retry_after": 86_401}}, "bad-trigger", "do.retry_after"),
        ({"do": {"do": "lose"}, "times": -1}, "wrong-parameter", "times"),
        ({"do": {"do": "lose"}, "times": 1_000_001}, "wrong-parameter", "times"),
        ({"do": {"do": "lose"}, "name": "x" * 61}, "wrong-parameter", "name"),
        ({"do": {"do": "lose"}, "name": "\u202ebad"}, "bad-trigger", "name"),
        ({"do": {"do": "lose"}, "match": {"order": "*" * 61}}, "wrong-parameter", "match.order"),
        ({"do": {"do": "lose"}, "match": {"colour": "red"}}, "wrong-parameter", "match.colour"),
        ({"scenario": "rejected", "match": {"type": "311"}}, "bad-trigger", "match.type"),
        ({"do": []}, "wrong-parameter", "do"),
        ({"match": "x", "do": {"do": "lose"}}, "wrong-parameter", "match"),
        ({"do": {"do": "delay", "seconds": "soon"}}, "wrong-parameter", "do.seconds"),
        ({"do": {"do": "lose"}, "match": {"receipt": "622.999"}}, "bad-trigger", "match.receipt"),
        ({"do": {"do": "delay", "seconds": 5}, "match": {"receipt": "312.800"}}, "bad-trigger", "match.receipt"),
        ({"do": {"do": "delay"}}, "bad-trigger", "do.seconds"),
        ({"do": {"do": "officer"}}, "bad-trigger", "do.seconds"),
        ({"do": {"do": "delay", "spread": "uniform"}}, "bad-trigger", "do.most"),
        ({"do": {}}, "wrong-parameter", "do.do"),
        ({"do": {"do": "lose"}, "match": {"share": "x"}}, "wrong-parameter", "match.share"),
    ],
)
def test_what_cannot_be_is_refused_and_says_where(app: FlaskClient, body: dict[str, Any], code: str, path: str) -> None:
    answer = app.post(TRIGGERS, json=body)
    finding = answer.get_json()["findings"][0]
    assert (answer.status_code, finding["code"], finding["path"]) == (400, code, path), answer.get_json()
    assert app.get(TRIGGERS).get_json()["triggers"] == []


def test_a_name_is_taken_once_and_a_sandbox_holds_only_so_many(app: FlaskClient, window: Window) -> None:
    body = {"do": {"do": "lose"}, "name": "one"}
    assert app.post(TRIGGERS, json=body).status_code == 201
    assert (app.post(TRIGGERS, json=body).status_code, codes(app.post(TRIGGERS, json=body))) == (
        409,
        ["trigger-exists"],
    )
    with writing(window.engine) as connection:
        connection.execute(
            outcome_trigger.insert(),
            [
                {
                    "id": 10**9 + number,
                    "sandbox": "main",
                    "name": f"n{number}",
                    "match": "{}",
                    "action": '{"do":"lose"}',
                }
                for number in range(999)
            ],
        )
    full = app.post(TRIGGERS, json={"do": {"do": "lose"}})
    assert (full.status_code, codes(full)) == (409, ["too-many-triggers"])


def test_a_sandbox_that_is_not_there_has_none(app: FlaskClient) -> None:
    place = "/api/v1/sandboxes/none/triggers"
    for answer in (
        app.get(place),
        app.post(place, json={"scenario": "lost"}),
        app.delete(place),
        app.delete(f"{place}/1"),
        app.post(MAILBOX, data=b"<a/>", headers={"X-Sandbox": "none"}),
    ):
        assert (answer.status_code, codes(answer)) == (404, ["unknown-sandbox"])


@each(("role", "status"), [("administrator", 201), ("supervisor", 201), ("reviewer", 403), ("auditor", 403)])
def test_elsewhere_only_who_controls_tests_forces_anything(exposed: Window, role: str, status: int) -> None:
    app = described_client(create_app(exposed))
    assert app.get("/api/v1/scenarios", headers=NAMED).status_code == 200
    assert app.get(TRIGGERS, headers=NAMED).status_code == 401
    for call in (
        lambda **more: app.post(TRIGGERS, json={"scenario": "lost"}, headers=NAMED, **more),
        lambda **more: app.post(MAILBOX, data=b"<a/>", headers=NAMED, **more),
    ):
        assert call().status_code == 401
        assert call(auth=account(exposed, f"li.{role}", role)).status_code == status
    for place in (TRIGGERS, f"{TRIGGERS}/1"):
        assert app.delete(place, headers=NAMED).status_code == 401


def test_what_a_test_puts_into_a_mailbox_is_polled_to_its_byte(client: Client, served_window: Window) -> None:
    story = StoryRunner(served_window, f"triggers-{next(_numbers)}")
    known = (
        b'<?xml version="1.0" encoding="UTF-8"?><!-- kept --><ceb:CEB622Message xmlns:ceb="http://www.chinaport'
        b'.gov.cn/ceb"><x>\xe5\x9b\x9e</x><ceb:orderNo>DD9</ceb:orderNo><ceb:returnStatus>-1</ceb:returnStatus>'
        b"</ceb:CEB622Message>\n"
    )
    bodies = {b"<a b='1'/>": ("a", False), known: ("CEB622Message", True), b"<CEB900Message/>": ("CEB900Message", True)}
    for place, (body, (root, is_known)) in enumerate(bodies.items(), 1):
        made = client.call("POST", MAILBOX, body, X_Sandbox=story.sandbox)
        assert made.status == 201, made.body
        assert (made.json["sequence"], made.json["type"], made.json["known"]) == (place, root, is_known)
        assert client.get(f"/messages/{made.json['id']}", X_Sandbox=story.sandbox).json["state"] == "injected"
    receipts = client.get("/receipts?mailbox=DXPENT0000000001", X_Sandbox=story.sandbox).json["receipts"]
    assert [(receipt["type"], receipt["xml"].encode()) for receipt in receipts] == [
        (root, body) for body, (root, _) in bodies.items()
    ]
    raw = client.get("/receipts?mailbox=DXPENT0000000001&format=xml&after=1", X_Sandbox=story.sandbox)
    assert (raw.body, raw.headers["X-Message-Type"]) == (known, "CEB622Message")


def test_an_order_shows_what_was_put_into_a_mailbox_about_it(
    client: Client, served_window: Window, server: Server
) -> None:
    story = StoryRunner(served_window, f"triggers-{next(_numbers)}")
    documents(client, server, story)
    client.call("POST", MAILBOX, f"<r><orderNo>{story.trade().id}</orderNo></r>".encode(), X_Sandbox=story.sandbox)
    assert [row.actor for row in story.timeline(story.trade()) if row.event == "forced"] == ["test"]


@each(
    ("mailbox", "body", "status", "code"),
    [
        ("DXP1", b"hello", 400, "not-xml"),
        ("DXP1", b"<a>", 400, "not-well-formed"),
        ("DXP1", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 400, "document-type"),
        ("DXP1", b"<a>" + b" " * 300_000 + b"</a>", 413, "too-large"),
        ("a;b", b"<a/>", 400, "wrong-mailbox"),
        ("x" * 31, b"<a/>", 400, "wrong-mailbox"),
        ("%E5%9B%9E", b"<a/>", 400, "wrong-mailbox"),
        ("DXP1", "<a/>".encode("utf-16"), 415, "wrong-encoding"),
    ],
)
def test_what_is_no_xml_or_no_mailbox_is_refused(
    client: Client, mailbox: str, body: bytes, status: int, code: str
) -> None:
    answer = client.call("POST", f"/api/v1/mailboxes/{mailbox}/receipts", body, X_Sandbox="other")
    assert (answer.status, answer.codes) == (status, [code])


def test_the_page_of_an_order_says_what_was_forced_in_either_language(
    client: Client, served_window: Window, server: Server
) -> None:
    story = StoryRunner(served_window, f"triggers-{next(_numbers)}")
    send(client, story, "triggers", {"do": {"do": "reject"}, "name": "<script>alert(1)</script>"})
    documents(client, server, story)
    for language, message in (("zh", "测试强制的结果"), ("en", "an outcome that a test forced")):
        page = client.call(
            "GET", f"/orders/{story.trade().id}?sandbox={story.sandbox}&lang={language}", Accept="text/html"
        )
        if page.status == 303:
            page = client.call("GET", page.headers["Location"], Accept="text/html")
        shown = page.body.decode()
        assert page.status == 200 and message in shown
        assert "&lt;script&gt;alert(1)" in shown and "<script>alert" not in shown


@each("pattern", ["*a" * 30, "*[!b]" * 12, "[" * 60, "?*" * 30, "[a-z]*" * 10])
def test_no_pattern_takes_long(pattern: str) -> None:
    began = thread_time()
    for number in range(100):
        matches(TriggerMatch(order=pattern), "inventory", "a" * 59 + "b", f"k{number}", "DXP")
    assert thread_time() - began < 2, "seconds of this thread's processor time, whatever else the machine does"


def send(client: Client, story: StoryRunner, path: str, body: Any) -> Answer:
    return client.call(
        "POST", f"/api/v1/sandboxes/{story.sandbox}/{path}", json.dumps(body), Content_Type="application/json"
    )


def documents(client: Client, server: Server, story: StoryRunner, **headers: str) -> str:
    """Send a trade, its list with these headers; gives where it stands."""
    for kind in KINDS:
        more = headers if kind == "inventory" else {}
        assert client.post(story.message(story.trade(), kind), X_Sandbox=story.sandbox, **more).status == 202
    assert server.runtime.wait_until_settled(PATIENCE)
    return story.state(story.trade())
