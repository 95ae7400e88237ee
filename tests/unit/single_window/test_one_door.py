"""A command reaches a window where it is: at an address, running on the data folder, or in its own process."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import urllib3
from flask.testing import FlaskClient
from serving_http import codes

from single_window.accounts.folder_secrets import ACCOUNT, OPERATOR_SECRET, folder_secret, owner_headers
from single_window.api import create_app
from single_window.api.blueprints import MODULES, OUTSIDE, segment_of
from single_window.api.server.listener import bind
from single_window.data_lock import DataLock, holder
from single_window.frame.http.ports import PREFIX
from single_window.process.serving import Server
from single_window.wiring import Window
from tests.commands import run_command
from tests.databases import window_in
from tests.described import described_client
from tests.officers import account
from tests.tables import each

OFFICER = {"flow": "I", "customs_code": "4240", "trade_mode": "9610", "role": "officer"}


def owner(window: Window, acting_as: str = "") -> dict[str, str]:
    folder_secret(window.settings.data, OPERATOR_SECRET)
    return owner_headers(window.settings.data, acting_as)


def act(data: Path, *words: str) -> Any:
    said = run_command("act", "37020000000000000X", "--json", "--data", data, *words)
    return said.exit_code, said.output


@contextmanager
def signed_by(window: Window) -> Iterator[Server]:
    """A window that runs on its folder, as `run` has it."""
    folder_secret(window.settings.data, OPERATOR_SECRET)
    with DataLock(window.settings.data) as lock, Server(window, bind("127.0.0.1", 0), folders=False) as server:
        lock.publish(server.url)
        yield server


@pytest.fixture
def client(window: Window) -> FlaskClient:
    return described_client(create_app(window))


# the secret of the folder


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    assert owner_headers(tmp_path) == {}
    made = folder_secret(tmp_path, OPERATOR_SECRET)
    assert len(made) >= 40 and folder_secret(tmp_path, OPERATOR_SECRET) == made
    assert owner_headers(tmp_path) == {"Authorization": f"Operator {made}"}
    assert stat.S_IMODE((tmp_path / OPERATOR_SECRET).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [OPERATOR_SECRET]


def test_the_owner_decides_where_desks_are_closed(client: FlaskClient, window: Window) -> None:
    assert client.post("/api/v1/batches", json=OFFICER).status_code == 401
    assert client.post("/api/v1/batches", json=OFFICER, headers=owner(window)).status_code == 202


def test_the_owner_may_act_as_an_account_with_its_rights(client: FlaskClient, window: Window) -> None:
    account(window, "li", "auditor")
    answer = client.post("/api/v1/batches", json=OFFICER, headers=owner(window, "li"))
    assert (answer.status_code, codes(answer)) == (403, ["no-right"])
    answer = client.post("/api/v1/batches", json=OFFICER, headers=owner(window, "nobody"))
    assert (answer.status_code, codes(answer)) == (401, ["account-unknown"])


@each("given", ["", "x", "中", " ", "Bearer"])
def test_a_wrong_secret_is_refused_everywhere(client: FlaskClient, window: Window, given: str) -> None:
    owner(window)
    for path in ("keys", "batches", "sandboxes"):
        answer = client.get(
            f"/api/v1/{path}", headers={"Authorization": f"Operator {given}".encode().decode("latin-1")}
        )
        assert (answer.status_code, codes(answer)) == (401, ["secret-wrong"]), path


def test_where_there_is_no_secret_none_is_right(client: FlaskClient) -> None:
    assert codes(client.get("/api/v1/keys", headers={"Authorization": "Operator "})) == ["secret-wrong"]


@each("headers", [{"Via": "1.1 proxy"}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}])
def test_the_secret_is_not_taken_through_a_proxy(client: FlaskClient, window: Window, headers: dict[str, str]) -> None:
    assert codes(client.get("/api/v1/keys", headers={**owner(window), **headers})) == ["secret-wrong"]


def test_the_secret_is_not_taken_from_another_machine(client: FlaskClient, window: Window) -> None:
    answer = client.get("/api/v1/keys", headers=owner(window), environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert codes(answer) == ["secret-wrong"]


def test_the_owner_needs_no_name_that_is_allowed_nor_a_key(exposed: Window) -> None:
    client = described_client(create_app(exposed))
    assert codes(client.get("/api/v1/keys")) == ["host-not-allowed"]
    assert client.get("/api/v1/keys", headers=owner(exposed)).status_code == 200


def test_an_account_is_named_only_beside_the_secret(client: FlaskClient, window: Window) -> None:
    account(window, "li", "reviewer")
    answer = client.post("/api/v1/batches", json=OFFICER, headers={ACCOUNT: "li"})
    assert codes(answer) == ["desks-closed"]


# where a window is found


def test_looking_for_a_window_keeps_none_from_beginning(tmp_path: Path) -> None:
    assert holder(tmp_path / "none") is None and holder(tmp_path) is None
    with DataLock(tmp_path) as lock:
        assert holder(tmp_path) is not None
        lock.publish("http://127.0.0.1:1")
        found = holder(tmp_path)
        assert found is not None and found.url == "http://127.0.0.1:1" and found.is_running
    assert holder(tmp_path) is None


def test_the_address_of_one_who_was_killed_is_nobodys(tmp_path: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    with DataLock(tmp_path):
        (tmp_path / "lock").write_text(json.dumps({"pid": killed.pid, "url": "http://127.0.0.1:1"}))
        assert holder(tmp_path) == (0, "")


OF_PROXIES = [
    "X-Forwarded-For",
    "X-Forward-For",
    "X-Scheme",
    "Front-End-Https",
    "X-Varnish",
    "Surrogate-Capability",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Server",
    "X-Forwarded-Port",
    "X-Forwarded",
    "Forwarded",
    "Forwarded-For",
    "Via",
    "X-Real-IP",
    "X-Client-IP",
    "Client-IP",
    "True-Client-IP",
    "X-Cluster-Client-IP",
    "CF-Connecting-IP",
    "CF-Ray",
    "Fastly-Client-IP",
    "Fly-Client-IP",
    "X-Original-Forwarded-For",
    "X-Original-Host",
    "X-ProxyUser-Ip",
    "X-Envoy-External-Address",
    "X-Amz-Cf-Id",
    "X-Azure-ClientIP",
    "X-ARR-LOG-ID",
    "X-Remote-Addr",
    "X-Remote-IP",
    "X-Originating-IP",
    "CDN-Loop",
    "Proxy-Connection",
    "WL-Proxy-Client-IP",
    "X-AppEngine-User-IP",
    "X-Vercel-Forwarded-For",
]
OF_CLIENTS = [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Cache-Control",
    "Content-Encoding",
    "Cookie",
    "DNT",
    "If-None-Match",
    "Idempotency-Key",
    "Origin",
    "Pragma",
    "Range",
    "Referer",
    "Sec-Fetch-Site",
    "Traceparent",
    "Tracestate",
    "User-Agent",
    "X-Request-ID",
    "Request-Id",
    "Postman-Token",
    "X-XSRF-TOKEN",
    "X-CSRF-Token",
    "SOAPAction",
    "Sentry-Trace",
    "Baggage",
    "B3",
    "X-B3-TraceId",
    "X-B3-Sampled",
    "X-Datadog-Trace-Id",
    "X-Amzn-Trace-Id",
    "X-Cloud-Trace-Context",
    "Uber-Trace-Id",
    "NewRelic",
    "X-Requested-With",
    "X-Correlation-ID",
    "X-Client-Version",
    "X-Client-Name",
    "X-Client-Trace-Id",
    "X-Stainless-Lang",
    "X-App-Version",
    "X-HTTP-Method-Override",
    "X-Person",
    "Client-Name",
    "From",
]


@each("name", OF_CLIENTS)
def test_what_clients_send_is_not_of_a_proxy(client: FlaskClient, window: Window, name: str) -> None:
    assert client.get("/api/v1/keys", headers={**owner(window), name: "a"}).status_code == 200


@each("name", OF_PROXIES)
def test_the_secret_is_not_taken_with_a_header_that_proxies_add(client: FlaskClient, window: Window, name: str) -> None:
    assert codes(client.get("/api/v1/keys", headers={**owner(window), name: "for=203.0.113.9"})) == ["secret-wrong"]


@each("name", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP", "X_Forwarded_For", "x_real-ip"])
def test_the_listener_tells_who_came_through_a_proxy(tmp_path: Path, name: str) -> None:
    window = window_in(tmp_path)
    with signed_by(window) as server:
        for headers, status in (({}, 200), ({name: "for=203.0.113.9"}, 401)):
            answer = urllib3.request("GET", f"{server.url}/api/v1/keys", headers={**owner_headers(tmp_path), **headers})
            assert answer.status == status, name
            answer = urllib3.request("GET", f"{server.url}/api/v1/receipts?mailbox=X", headers=headers)
            assert answer.status == status, name
    window.close()


def test_a_command_asks_the_window_that_runs_on_its_folder(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    with signed_by(window):
        _, said = act(tmp_path)
        assert "no-such-case" in said
        _, said = act(tmp_path, "--as", "nobody")
        assert "account-unknown" in said, "the window is asked, which names the account by a code"
    window.close()
    _, said = act(tmp_path)
    assert "no-such-case" in said
    _, said = act(tmp_path, "--as", "nobody")
    assert "There is no account 'nobody'" in said, "this process answers, which looks for the account itself"


@each("words", [(), ("conclude", "--as-declared")])
def test_a_command_on_a_folder_without_data_names_what_to_do(tmp_path: Path, words: tuple[str, ...]) -> None:
    status, said = act(tmp_path / "none", *words)
    assert status == 1 and "single-window run" in said and not (tmp_path / "none").exists()


def test_as_is_for_the_folder_and_not_for_a_window_elsewhere(tmp_path: Path) -> None:
    status, said = act(tmp_path, "--as", "li", "--url", "http://127.0.0.1:1")
    assert status == 2 and "--as" in said


def test_a_refusal_is_read_in_the_language_of_the_call(tmp_path: Path) -> None:
    window_in(tmp_path).close()
    assert "编号" in act(tmp_path, "--lang", "zh")[1] and "check the number" in act(tmp_path, "--lang", "en")[1]


# one path segment of the API


@each("place", [*MODULES])
def test_every_module_of_calls_stands_under_the_segments_that_its_paths_begin_with(window: Window, place: str) -> None:
    blueprint = import_module(place).blueprint
    rules = create_app(window, console=False).url_map.iter_rules()
    paths = [rule.rule for rule in rules if rule.endpoint.startswith(f"{blueprint.name}.")]
    assert {path.removeprefix(f"{PREFIX}/").partition("/")[0] for path in paths} == set(MODULES[place])
    assert all(segment_of(path) in MODULES[place] for path in paths)


def test_all_calls_are_there_without_a_segment(window: Window) -> None:
    whole = {rule.endpoint for rule in create_app(window, console=False).url_map.iter_rules()}
    named = {import_module(place).blueprint.name for place in (*MODULES, *OUTSIDE)}
    assert named == {endpoint.partition(".")[0] for endpoint in whole} - {"openapi", "index"}


def test_a_segment_answers_as_the_whole_does(window: Window) -> None:
    for path in ("/api/v1/batches", "/api/v1/certificates/X", "/api/v1/sandboxes/main/clock", "/api/v1/faults"):
        clients = [create_app(window, console=False, segment=each).test_client() for each in ("", segment_of(path))]
        answers = [client.get(path) for client in clients]
        whole, alone = ((answer.status_code, json.loads(answer.data)) for answer in answers)
        for status, content in (whole, alone):
            content.pop("now", None)
            assert status < 500
        assert whole[0] == alone[0] and set(whole[1]) == set(alone[1]), path
