"""The names in the queries of calls: what a call does not have is refused on every call, and a list may be written in
both usual ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from single_window.api import create_app
from single_window.frame.http.calls import Calls
from single_window.wiring import Window
from tests.databases import window_in
from tests.described import described_client
from tests.tables import each

OTHERS = re.compile("/api/v1/(epcis|korea/tracking)/.*")
"""Calls after services of others, whose clients send names of their own."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder: Path = tmp_path_factory.mktemp("queries")
    window: Window = window_in(folder, synchronous="OFF")
    yield described_client(create_app(window))
    window.close()


def test_every_call_refuses_a_name_that_it_does_not_have(client: FlaskClient) -> None:
    app, silent = client.application, []
    for rule in app.url_map.iter_rules():
        if not isinstance(app.blueprints.get(rule.endpoint.partition(".")[0]), Calls) or OTHERS.match(rule.rule):
            continue
        path = re.sub(r"<(?:any\((\w+)[^>]*|[^>]*)>", lambda found: found[1] or "1", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(f"{path}?no-such-name=1", method=method)
            if answer.status_code != 400 or "no-such-name" not in [row["path"] for row in answer.json["findings"]]:
                silent.append(f"{method} {path}: {answer.status_code}")
    assert silent == [], "\n".join(silent)


@each(
    ("query", "name", "words"),
    [
        ("flow=I&limt=5", "limt", "limit"),
        ("offset=5", "offset", "before"),
        ("flow=I&flow=E", "flow", "more than once"),
        ("limit=5&limit=5", "limit", "more than once"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(client: FlaskClient, query: str, name: str, words: str) -> None:
    answer = client.get(f"/api/v1/declarations?{query}")
    (finding,) = answer.json["findings"]
    assert (answer.status_code, finding["code"], finding["path"]) == (400, "wrong-parameter", name)
    assert words in finding["en"] and finding["zh"]


def test_a_call_without_a_query_says_so(client: FlaskClient) -> None:
    (finding,) = client.get("/api/v1/state?verbose=1").json["findings"]
    assert finding["en"].endswith("this call has no parameters in its query")


@each("query", ["ledgers=stock&ledgers=exchange", "ledgers=stock,exchange", "ledgers=stock%2Cexchange"])
def test_a_list_is_read_in_both_writings(client: FlaskClient, query: str) -> None:
    audited = client.get(f"/api/v1/audit?{query}").json["ledgers"]
    assert [ledger["name"] for ledger in audited] == ["stock", "exchange"]


@each(
    "path",
    [
        "/audit?ledgers=stock&ledgers=none",
        "/declarations/1?wait_for=800&wait_for=much",
        "/credit/1?regime=2018-05-01,2019-99-99",
        "/decisions/chain?anchors=1:" + "0" * 64 + "&anchors=x",
    ],
)
def test_each_value_of_a_list_is_checked_in_both_writings(client: FlaskClient, path: str) -> None:
    assert client.get(f"/api/v1{path}").status_code == 400


def test_every_list_in_a_query_is_documented_as_it_is_read(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    lists = [
        parameter
        for path, calls in paths.items()
        for call in calls.values()
        for parameter in call.get("parameters", ())
        if parameter["in"] == "query" and parameter["schema"].get("type") == "array" and "/epcis/" not in path
    ]
    assert {parameter["name"] for parameter in lists} == {"wait_for", "ledgers", "anchors", "regime", "contains"}
    assert all(parameter.get("explode", True) for parameter in lists)
