"""What a call cannot do is said at once: a place behind the end, a mistake's place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import getsource, unwrap
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec import UNSET
from serving_http import again, sample

from single_window.api import create_app
from single_window.channels import senders
from single_window.channels.connecting import ConnectedChannel, described_made
from single_window.store.channels import Channel
from single_window.store.names import AMQP
from single_window.wiring import Window
from tests.tables import each

READS = re.compile(r"request\.(get_data|stream|get_json|data)\b|bodies\.take\(")
"""How a view reads the body of its request as it is; by a schema the framework reads and describes it."""
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
TRIGGERS = "/api/v1/sandboxes/main/triggers"


@pytest.fixture
def application(window: Window) -> Iterator[Flask]:
    yield create_app(window)


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    return application.test_client()


@pytest.fixture
def document(client: FlaskClient) -> Any:
    return client.get("/api/v1/openapi.json").get_json()


def test_a_poll_behind_the_end_of_a_mailbox_is_told_so(window: Window, client: FlaskClient) -> None:
    list(window.receive("main", [again(sample("311"))]))
    window.settle()
    box = "DXPENT0000000005"
    known = client.get(f"/api/v1/receipts?mailbox={box}").get_json()
    last = known["next"]
    at_end = client.get(f"/api/v1/receipts?mailbox={box}&after={last}").get_json()
    assert "after-beyond-end" not in [finding["code"] for finding in at_end.get("findings", [])]
    for wait in ("", "&wait=1"):
        answer = client.get(f"/api/v1/receipts?mailbox={box}&after={last + 7}{wait}").get_json()
        (finding,) = [finding for finding in answer["findings"] if finding["code"] == "after-beyond-end"]
        assert finding["warning"] and str(last) in finding["remedy_en"]
    as_xml = client.get(f"/api/v1/receipts?mailbox={box}&after={last + 7}&format=xml")
    assert as_xml.status_code == 204 and "after-beyond-end" in as_xml.headers["X-Findings"]


@each("receipt", ["622.800", "622.-621001", "622", "816.1", "900", "604.399"])
def test_a_receipt_that_there_is_can_be_matched(client: FlaskClient, receipt: str) -> None:
    made = client.post(TRIGGERS, json={"match": {"receipt": receipt}, "do": {"do": "lose"}})
    assert made.status_code == 201


def test_bodies_stand_where_they_are_read_and_are_required_there(document: Any) -> None:
    bodies = {
        (method, path): call["requestBody"]
        for path, calls in document["paths"].items()
        for method, call in calls.items()
        if "requestBody" in call
    }
    assert not [call for call in bodies if call[0] in {"get", "delete"}]
    assert [call for call, body in bodies.items() if not body.get("required")] == []


def test_the_server_ends_in_no_slash_and_what_a_deadline_is_about_has_types(document: Any) -> None:
    assert not [server for server in document["servers"] if server["url"].endswith("/")]
    assert document["components"]["schemas"]["DeadlineOut"]["properties"]["subject"]["items"]


def test_allow_names_what_a_path_takes(client: FlaskClient) -> None:
    allowed = client.delete("/api/v1/certificates/register")
    assert allowed.status_code == 405 and "DELETE" not in allowed.headers["Allow"]


def test_another_sender_is_refused_alike_over_every_channel() -> None:
    assert senders.FORBIDDEN == 403


def test_new_queues_are_said_to_come() -> None:
    channel = Channel("main", "DXPENT0000000001", AMQP)
    assert described_made(ConnectedChannel(channel, "", fresh=True)).pending is True
    assert described_made(ConnectedChannel(channel, "", fresh=False)).pending is UNSET


def test_whatever_reads_a_body_describes_it(application: Flask, document: Any) -> None:
    described = {
        (method, path)
        for path, calls in document["paths"].items()
        for method, call in calls.items()
        if "requestBody" in call
    }
    undescribed = {
        (method, rule.rule)
        for rule in application.url_map.iter_rules()
        for method in rule.methods or ()
        if method in ("POST", "PUT", "PATCH") and rule.rule.startswith("/api/v1")
        if READS.search(getsource(unwrap(application.view_functions[rule.endpoint])))
        if (method.lower(), VARIABLE.sub(r"{\1}", rule.rule)) not in described
    }
    assert undescribed == set()


def test_every_answer_has_a_type(document: Any) -> None:
    untyped = [
        (path, method, status, name)
        for path, calls in document["paths"].items()
        for method, call in calls.items()
        for status, response in call["responses"].items()
        for name, content in response.get("content", {}).items()
        if not content.get("schema")
    ]
    assert untyped == []
