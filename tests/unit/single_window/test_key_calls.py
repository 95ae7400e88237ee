"""Every call of the API with every kind of key: what each right opens, and that nothing of another's is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateways.circumstances import Options
from single_window.accounts import api_keys, key_keeping, rights
from single_window.api import create_app
from single_window.wiring import Window
from tests.api_keys import ALL, CHANGING, bearer, calls, issued
from tests.databases import kept_open, window_in
from tests.described import described_client
from tests.tables import each

REFUSED_FOR_THE_KEY = {
    "key-lacks-right",
    "key-wrong",
    "key-expired",
    "key-revoked",
    "credentials-missing",
    "no-such-mailbox",
    "unknown-sandbox",
    "other-sender",
}
OTHERS = "DXPENT0000000002"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    opened = window_in(tmp_path_factory.mktemp("data"), require_keys=1)
    opened.make_sandbox("other", Options())
    yield from kept_open(opened)


@pytest.fixture(scope="module")
def app(window: Window) -> Flask:
    return create_app(window)


def ask(app: Flask, method: str, path: str, headers: dict[str, str]) -> tuple[int, str, Any]:
    """The status of a call with nothing in it, the code of its first finding, and its answer."""
    answer = app.test_client().open(path, method=method, headers=headers, json={} if method in CHANGING else None)
    content = answer.get_json(silent=True)
    findings = content.get("findings", []) if isinstance(content, dict) else []
    return answer.status_code, findings[0]["code"] if findings and answer.status_code >= 400 else "", content


def test_without_a_key_every_call_but_the_open_ones_is_refused(app: Flask) -> None:
    for endpoint, method, path in calls(app):
        status, code, _ = ask(app, method, path, {})
        assert ((status, code) == (401, "credentials-missing")) == (not rights.is_open(endpoint)), endpoint


@each("right", ALL)
@pytest.mark.long
def test_a_key_opens_just_what_its_right_is_named_for(app: Flask, window: Window, right: str) -> None:
    key = issued(window, wanted=[right], owner=f"with-{right}")
    for endpoint, method, path in calls(app):
        if endpoint == "sandboxes.reset":
            continue  # `test_what_a_key_does_…` does it
        status, code, answer = ask(app, method, path, bearer(key))
        may = right in rights.wanted_of(endpoint) or rights.is_open(endpoint)
        assert ((status, code) == (403, "key-lacks-right")) == (not may), (endpoint, status, code)
        assert status < 500 and (not may or code not in REFUSED_FOR_THE_KEY), (endpoint, status, code)
        if not may:
            wanted = [name for name in rights.wanted_of(endpoint) if name in rights.of_keys()]
            assert all(name in answer["findings"][0]["remedy_en"] for name in wanted), endpoint


def test_a_key_that_has_ended_or_never_was_opens_nothing(app: Flask, window: Window) -> None:
    revoked, expired = issued(window, owner="revoked"), issued(window, owner="expired", seconds=1)
    key_keeping.revoke(window.engine, "main", revoked.key.id)
    key_keeping.rotate(window.engine, "main", expired.key.id, overlap=0)
    window.keyring.forget()
    living = issued(window, owner="living").token
    wrong = [
        (revoked.token, "key-revoked"),
        (expired.token, "key-expired"),
        (api_keys.new_token()[1], "key-wrong"),
        (f"{living[:-1]}{'A' if living[-1] != 'A' else 'B'}", "key-wrong"),
        ("", "key-wrong"),
        ("x" * 5_000, "key-wrong"),
        (living[:-1], "key-wrong"),
    ]
    for _, method, path in calls(app):
        for token, code in wrong:
            answer = app.test_client().open(path, method=method, headers=bearer(token))
            assert (answer.status_code, answer.get_json()["findings"][0]["code"]) == (401, code), path
            assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_another_sandbox_is_answered_as_if_there_were_none(app: Flask, window: Window) -> None:
    key = issued(window, owner="of-main", mailboxes=["*"])
    for endpoint, method, path in calls(app, name="other"):
        if not any(rights.book().rights[name].key for name in rights.wanted_of(endpoint)):
            continue  # no key may make such a call
        here = ask(app, method, path, bearer(key, "other"))
        nowhere = ask(app, method, path.replace("/other", "/naught"), bearer(key, "naught"))
        assert here[:2] == nowhere[:2] == (404, "unknown-sandbox"), endpoint
        assert str(here[2]).replace("other", "naught") == str(nowhere[2]), endpoint


def test_another_mailbox_is_answered_as_if_there_were_none(app: Flask, window: Window) -> None:
    key = issued(window, owner="of-one")
    window_of = issued(window, mailboxes=[OTHERS], owner="of-others")
    made = app.test_client().put(
        f"/api/v1/channels/{OTHERS}/webhook", json={"url": "http://8.8.8.8/"}, headers=bearer(window_of)
    )
    assert made.status_code == 201
    about = [(method, path) for _, method, path in calls(app, mailbox=OTHERS) if OTHERS in path]
    for method, path in [*about, ("GET", f"/api/v1/receipts?mailbox={OTHERS}")]:
        there = ask(app, method, path, bearer(key))
        nowhere = ask(app, method, path.replace(OTHERS, "DXPENT0000000009"), bearer(key))
        assert there[:2] == nowhere[:2] == (404, "no-such-mailbox"), path
        assert str(there[2]).replace(OTHERS, "DXPENT0000000009") == str(nowhere[2])
    shown = app.test_client().get("/api/v1/channels", headers=bearer(key)).get_json()
    assert shown == {"channels": []}


def test_a_key_needs_no_header_to_work_in_its_sandbox(app: Flask, window: Window) -> None:
    key = issued(window, "other", owner="at-home")
    state = app.test_client().get("/api/v1/state", headers=bearer(key)).get_json()
    assert list(state["sandboxes"]) == list(state["requests"]) == ["other"]
    assert app.test_client().get("/api/v1/state", headers={"X-Api-Key": key.token}).status_code == 200
    listed = app.test_client().get("/api/v1/sandboxes", headers=bearer(key)).get_json()
    assert [sandbox["name"] for sandbox in listed["sandboxes"]] == ["other"]


@each(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer {0}", "X-Api-Key": "{0}"}, 200),
        ({"Authorization": "bearer   {0} "}, 200),
        ({"Authorization": "Bearer {0}", "X-Api-Key": "x"}, 400),
        ({"Authorization": "Basic eDp5", "X-Api-Key": "{0}"}, 400),
        ({"Authorization": "{0}"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"X-Api-Key": ""}, 401),
        ({"Authorization": "Token {0}"}, 401),
    ],
)
def test_a_key_comes_in_one_of_two_headers(app: Flask, window: Window, headers: dict[str, str], status: int) -> None:
    key = issued(window, owner=f"h{abs(hash(str(headers)))}")
    sent = {name: text.format(key.token) for name, text in headers.items()}
    assert app.test_client().get("/api/v1/state", headers=sent).status_code == status


def test_what_a_key_makes_is_its_holders_alone(app: Flask, window: Window) -> None:
    mine = issued(window, "other", owner="maker")
    following, other = issued(window, "other", owner="maker"), issued(window, "other", owner="else")
    client = app.test_client()
    for name, status in (("main-x", 400), ("x", 400), ("other-x", 201), ("other-x", 409)):
        assert client.post("/api/v1/sandboxes", json={"name": name}, headers=bearer(mine)).status_code == status, name
    for key, status in ((mine, 200), (following, 200), (other, 404)):
        assert client.get("/api/v1/declarations", headers=bearer(key, "other-x")).status_code == status
        assert client.get("/api/v1/sandboxes/other-x", headers=bearer(key)).status_code == status
    listed = client.get("/api/v1/sandboxes", headers=bearer(mine)).get_json()["sandboxes"]
    assert [sandbox["name"] for sandbox in listed] == ["other", "other-x"]
    assert client.post("/api/v1/sandboxes/other-x/reset", json={}, headers=bearer(mine)).status_code == 200
    assert client.get("/api/v1/declarations", headers=bearer(mine, "other-x")).status_code == 200
    assert client.delete("/api/v1/sandboxes/other-x", headers=bearer(other)).status_code == 404
    assert client.delete("/api/v1/sandboxes/other-x", headers=bearer(mine)).status_code == 200
    window.make_sandbox("other-x", Options())
    window.keyring.forget()
    assert client.get("/api/v1/declarations", headers=bearer(mine, "other-x")).status_code == 404


def test_a_sandbox_that_is_deleted_takes_its_keys_along(app: Flask, window: Window) -> None:
    window.make_sandbox("short", Options())
    key = issued(window, "short", owner="short")
    client = app.test_client()
    assert client.post("/api/v1/sandboxes", json={"name": "short-1"}, headers=bearer(key)).status_code == 201
    assert client.delete("/api/v1/sandboxes/short", headers=bearer(key)).status_code == 200
    window.make_sandbox("short", Options())
    assert client.get("/api/v1/state", headers=bearer(key)).status_code == 401
    again = issued(window, "short", owner="short")
    assert client.get("/api/v1/sandboxes/short-1", headers=bearer(again)).status_code == 404


def test_a_call_is_counted_once_whatever_it_asks_for(tmp_path: Path) -> None:
    opened = window_in(tmp_path, calls_per_minute=1_000)
    app = create_app(opened)
    client, key = app.test_client(), issued(opened)

    def left(method: str, path: str) -> int:
        standing = client.open(path, method=method, headers=bearer(key)).headers["RateLimit"]
        return int(re.findall("r=([0-9]+)", standing)[0])

    asked = sorted(calls(app), key=lambda call: call[1] != "GET")
    one_of_each = {endpoint.partition(".")[0]: (method, path) for endpoint, method, path in reversed(asked)}
    del one_of_each["audits"]  # takes seconds
    before, taken = left("GET", "/api/v1/state"), dict[str, int]()
    for subject, call in one_of_each.items():
        after = left(*call)
        taken[subject], before = before - after, after
    opened.close()
    assert len(taken) > 20 and {subject: count for subject, count in taken.items() if count != 1} == {}


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[FlaskClient]:
    opened = window_in(tmp_path, calls_per_minute=3)
    yield described_client(create_app(opened))
    opened.close()


def test_a_key_makes_so_many_calls_a_minute_and_another_as_many(limited: FlaskClient) -> None:
    window = limited.application.extensions["single-window"].window
    first, other = issued(window), issued(window)
    answers = [limited.get("/api/v1/state", headers=bearer(first)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=3;w=60'
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    assert answers[3].get_json()["findings"][0]["code"] == "too-many-calls"
    assert limited.get("/api/v1/state", headers=bearer(other)).status_code == 200
    assert "RateLimit" not in limited.get("/api/v1/state").headers


@each("page", ["credit_dishonest", "spot_check_failures"])
def test_public_pages_need_no_account_and_name_no_other_sandbox(app: Flask, page: str) -> None:
    shown = app.test_client().get(f"/{page}?lang=en")
    assert shown.status_code == 200 and ">other<" not in shown.text
