"""The API as a product: described in full, one form of refusal, request ids, pages of named origins."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import structlog
from flask.testing import FlaskClient
from lxml import etree

from schemas import catalogue
from single_window.api import create_app
from single_window.api.async_documentation import ABOUT
from single_window.channels.webhook_headers import headers
from single_window.frame.http.problems import PROBLEM_JSON
from single_window.intake.admission_queue import AdmissionQueue
from single_window.observe import logs
from single_window.receipts.messages import ReceiptsMessage
from single_window.settings import WrongSetting, from_environment
from single_window.wiring import Window
from tests.databases import kept_open, window_in
from tests.tables import each

SHOP = "https://shop.example.org"
API = "/api/v1"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from kept_open(
        window_in(tmp_path_factory.mktemp("api"), synchronous="OFF", cors_origins=f"{SHOP}, https://b.example")
    )


@pytest.fixture(scope="module")
def client(window: Window) -> Iterator[FlaskClient]:
    admission = AdmissionQueue(window).start()
    yield create_app(window, admission=admission).test_client()
    admission.stop()


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> Any:
    return client.get(f"{API}/openapi.json").get_json()


def test_every_call_has_a_name_of_its_own(described: Any) -> None:
    names = [call.get("operationId") for path in described["paths"].values() for call in path.values()]
    assert all(names) and len(set(names)) == len(names)
    assert {"post_messages_send", "get_receipts_poll", "post_validation_validate"} <= set(names), "they are stable"


def test_every_refusal_is_described_as_a_problem(described: Any) -> None:
    wrong = [
        (path, status)
        for path, calls in described["paths"].items()
        for call in calls.values()
        for status, response in call["responses"].items()
        if status >= "400" and "$ref" not in response and list(response["content"]) != [PROBLEM_JSON]
    ]
    assert wrong == [("/api/v1/state", "503")], "it says how the window is, whatever that is"
    assert all(
        list(response["content"]) == [PROBLEM_JSON] for response in described["components"]["responses"].values()
    )


@each(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("DELETE", "/validate", 405),
        ("GET", "/receipts", 400),
        ("GET", "/messages/1", 404),
        ("POST", "/messages", 400),
    ],
)
def test_a_refusal_is_a_problem(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(f"{API}{path}", method=method)
    content = answer.get_json()
    assert (answer.status_code, answer.mimetype, content["status"]) == (status, PROBLEM_JSON, status)
    assert content["type"] == f"urn:single-window:problem:{content['findings'][0]['code']}"
    assert content["title"] and content["detail"] == content["findings"][0]["en"] and content["state"] == "refused"


def test_a_request_id_is_taken_over_where_it_is_sane(client: FlaskClient) -> None:
    assert client.get(f"{API}/state", headers={"X-Request-Id": "my-1.a_B"}).headers["X-Request-Id"] == "my-1.a_B"
    for odd in ("", "a b", "x" * 65, "é", "a;b"):
        given = client.get(f"{API}/nothing", headers={"X-Request-Id": odd}).headers["X-Request-Id"]
        assert re.fullmatch("[0-9a-f]{12}", given)


def test_a_request_id_stands_in_every_line_of_the_log_about_it(client: FlaskClient) -> None:
    written, before, handlers = StringIO(), structlog.get_config(), logging.getLogger().handlers
    logs.configure(written, logs.JSON)
    try:
        client.get(f"{API}/state", headers={"X-Request-Id": "told-1", "X-Api-Key": "swk_none"})
        client.get(f"{API}/state", headers={"X-Api-Key": "swk_none"})
    finally:
        structlog.configure(**before)
        logging.getLogger().handlers = handlers
    first, second = (json.loads(line) for line in written.getvalue().splitlines())
    assert first["event"] == "key.refused" and first["request"] == "told-1" != second["request"]


def test_a_page_of_a_named_origin_may_call(client: FlaskClient) -> None:
    preflight = client.options(
        f"{API}/messages", headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"}
    ).headers
    assert preflight["Access-Control-Allow-Origin"] == SHOP and "POST" in preflight["Access-Control-Allow-Methods"]
    sent = client.post(f"{API}/messages", data=b"<a/>", headers={"Origin": SHOP, "Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 422 and sent.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Access-Control-Allow-Credentials" not in sent.headers and "Origin" in sent.headers["Vary"]


def test_a_page_of_any_other_may_not(client: FlaskClient, tmp_path: Path) -> None:
    for origin in ("https://evil.example", f"{SHOP}.evil.example", "null"):
        sent = client.post(f"{API}/messages", data=b"<a/>", headers={"Origin": origin})
        assert sent.status_code == 403 and "Access-Control-Allow-Origin" not in sent.headers
    closed = window_in(tmp_path, synchronous="OFF")
    sent = (
        create_app(closed, admission=AdmissionQueue(closed))
        .test_client()
        .post(f"{API}/messages", data=b"<a/>", headers={"Origin": SHOP})
    )
    closed.close()
    assert sent.status_code == 403 and "Access-Control-Allow-Origin" not in sent.headers


def test_an_origin_that_can_be_none_is_no_setting() -> None:
    for wrong in ("*", "shop.example.org", "https://a.example/path", "https://user@a.example"):
        with pytest.raises(WrongSetting):
            from_environment({"SINGLE_WINDOW_CORS_ORIGINS": wrong})


def test_every_schema_file_can_be_had_and_names_others_that_can(client: FlaskClient) -> None:
    listed = client.get(f"{API}/schemas").get_json()["files"]
    assert "ceb/2022-05/CEB621Message.xsd" in [row["path"] for row in listed]
    for file in listed:
        response = client.get(file["link"])
        assert (response.status_code, response.mimetype) == (200, "application/xml")
        for other in etree.fromstring(response.data).iter("{*}import", "{*}include"):
            place = str((Path(file["link"]).parent / other.get("schemaLocation")).as_posix())
            parts: list[str] = []
            for part in place.split("/"):
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert client.get("/".join(parts)).status_code == 200
    for odd in ("../setup.cfg", "ceb/2022-05/../../catalogue.toml", "catalogue.toml", "ceb/2022-05/%2e%2e/x.xsd"):
        assert client.get(f"{API}/schemas/{odd}").status_code == 404


def test_the_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get(f"{API}/docs/")
    policy = page.headers["Content-Security-Policy"]
    assert page.mimetype == "text/html" and "script-src 'self';" in policy and "http" not in policy
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(client.get(row).status_code == 200 for row in named if row != "data:,") and "//" not in "".join(named)
    assert client.get(f"{API}/docs/index.template.html").status_code == 404


def test_queues_and_webhooks_are_described(client: FlaskClient, described: Any) -> None:
    description = client.get(f"{API}/asyncapi.json").get_json()
    sent = {entry.root for entry in catalogue.entries() if entry.handling is not None}
    assert set(description["channels"]["messages"]["messages"]) == sent
    assert [channel["address"] for channel in description["channels"].values()] == ["{dxpId}", "{dxpId}_HZ"]
    posted = headers("secret", ReceiptsMessage("id", "main", "DXPENT0000000001", 1, 1, "622", b""), 0)
    assert [name for name in posted if name.startswith("X-Single")] == list(ABOUT)
    shown = described["webhooks"]["receipts"]["post"]["parameters"]
    assert [parameter["name"] for parameter in shown] == list(ABOUT)


def _schemas_below(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        yield path, part
        for name, member in part.items():
            yield from _schemas_below(member, f"{path}/{name}")
    elif isinstance(part, list):
        for place, member in enumerate(part):
            yield from _schemas_below(member, f"{path}/{place}")


def test_nothing_is_described_that_generators_of_clients_cannot_read(described: Any) -> None:
    below = list(_schemas_below(described))
    assert [path for path, part in below if part.get("items") is False or "prefixItems" in part] == []
    assert [path for path, part in below if part.get("type") == "array" and "items" not in part] == []
    assert [path for path, part in below if part.get("nullable") is True] == [], "that is OpenAPI 3.0"
    defaults = [(path, part["default"]) for path, part in below if part.get("type") == "array" and "default" in part]
    assert [path for path, default in defaults if not isinstance(default, list)] == []


def test_a_webhook_stands_under_a_tag_of_its_own(described: Any) -> None:
    tags = {tag for path in described["paths"].values() for call in path.values() for tag in call.get("tags", ())}
    of_webhooks = {
        tag for hook in described["webhooks"].values() for call in hook.values() for tag in call.get("tags", ())
    }
    assert of_webhooks and not of_webhooks & tags
    assert of_webhooks | tags <= {tag["name"] for tag in described["tags"]}


def test_each_documented_body_of_a_message_fits_one_form_alone(described: Any) -> None:
    """With nothing required, each body fits both forms, and oneOf refuses it."""
    forms = described["paths"]["/api/v1/messages"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    form = jsonschema_rs.validator_for({**forms, "components": described["components"]})
    fitting = [{"data": "AAAA"}, {"Message": {"MessageBody": {"data": "AAAA"}}}]
    assert [body for body in fitting if not form.is_valid(body)] == []
    assert [body for body in ({}, {"date": "AAAA"}, {"Message": {}}) if form.is_valid(body)] == []
