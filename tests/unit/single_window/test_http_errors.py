"""Whatever is asked in whatever way, the answer is JSON that says what is wrong; nothing of the inside shows."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from played_trades import SANDBOX, play
from serving_http import Client, sample

from single_window.api import create_app
from single_window.intake.admission_queue import AdmissionQueue
from single_window.process.serving import Server
from tests.databases import window_in
from tests.patience import PATIENCE
from tests.tables import each


@each(
    "method, path, status, code",
    [
        ("GET", "/api/v1/nothing", 404, "no-such-page"),
        ("GET", "/api/v1/messages/abc", 404, "no-such-page"),
        ("GET", "/api/v1/messages/0", 404, "no-such-message"),
        ("GET", "/api/v1/messages/9223372036854775807", 404, "no-such-message"),
        ("GET", "/api/v1/messages/99999999999999999999999", 404, "no-such-page"),
        ("GET", "/api/v1/messages/0/body", 404, "no-such-message"),
        ("GET", "/api/v1/declarations/a%2Fb%27--", 404, "no-such-declaration"),
        ("GET", "/api/v1/declarations/..%2F..%2Fetc%2Fpasswd", 404, "no-such-declaration"),
        ("GET", "/static/../../setup.cfg", 404, "no-such-page"),
        ("GET", "/api/v1/declarations/a%00b", 400, "nul"),
        ("GET", "/api/v1/receipts?mailbox=%00", 400, "nul"),
        ("GET", "/?sandbox=a%00", 400, "nul"),
        ("GET", "/docs", 404, "no-such-page"),
        ("DELETE", "/api/v1/messages", 405, "wrong-method"),
        ("POST", "/api/v1/receipts", 405, "wrong-method"),
        ("TRACE", "/api/v1/messages", 405, "wrong-method"),
    ],
)
def test_what_is_not_there_is_reported_in_json(client: Client, method: str, path: str, status: int, code: str) -> None:
    answer = client.call(method, path)
    assert (answer.status, answer.codes) == (status, [code])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Traceback" not in answer.body.decode()


def test_which_methods_a_path_takes_is_answered_without_content(client: Client) -> None:
    answer = client.call("OPTIONS", "/api/v1/receipts")
    assert (answer.status, answer.body) == (200, b"") and "GET" in answer.headers["Allow"]
    assert "Content-Type" not in answer.headers


@each(
    ("body", "line", "column"),
    [
        (b'{"ids": [1],}', 1, 13),
        (b'{"ids":\n [1], reason: "a"}', 2, 7),
        (b"ids=1", 1, 1),
        (b'{"ids": [1], "reason": "\xe9"}', 1, 25),
    ],
)
def test_a_control_call_with_malformed_json_is_told_where(client: Client, body: bytes, line: int, column: int) -> None:
    answer = client.call("POST", "/api/v1/parked/dismiss", body, Content_Type="application/json")
    (finding,) = answer.json["findings"]
    assert (answer.status, finding["code"]) == (400, "json-unreadable")
    assert f"line {line}, character {column}" in finding["en"] and f"第{line}行第{column}个" in finding["zh"]
    assert finding["remedy_en"] and "browser" not in finding["en"]


def test_a_text_that_no_database_keeps_is_refused_in_json_too(client: Client) -> None:
    body = json.dumps({"ids": [1], "reason": "a\0b"}).encode()
    answer = client.call("POST", "/api/v1/parked/dismiss", body, Content_Type="application/json")
    assert (answer.status, answer.codes) == (400, ["nul"])


@pytest.mark.parametrize("path", ["/api/v1/parked/dismiss", "/api/v1/registrations", "/api/v1/tax/parcel"])
def test_a_request_that_carries_no_message_is_bounded(client: Client, path: str) -> None:
    answer = client.call("POST", path, b'{"x":[' + b"[]," * 700_000 + b"[]]}", Content_Type="application/json")
    assert (answer.status, answer.codes) == (413, ["request-too-large"])


def test_a_form_with_a_text_that_no_database_keeps_is_refused(client: Client) -> None:
    answer = client.call(
        "POST",
        "/batches?sandbox=main",
        b"office=4240&mode=I+9610&who=a%00b",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert answer.status == 400 and b"NUL" in answer.body


@each(
    ("text", "code"),
    [(r"a\ud800", "half-character"), (r"\uDC00b", "half-character"), (r"\ud83d\ude00", "no-such-batch")],
)
def test_half_a_character_is_refused_and_a_whole_one_is_not(client: Client, text: str, code: str) -> None:
    body = f'{{"by": "A", "lists": ["{text}"]}}'.encode()
    answer = client.call("POST", "/api/v1/batches/none/add", body, Content_Type="application/json")
    assert answer.codes == [code]


def test_a_wrong_method_names_the_right_ones(client: Client) -> None:
    answer = client.call("PUT", "/api/v1/messages")
    assert "POST" in answer.headers["Allow"] and "POST" in answer.json["findings"][0]["en"]


@each("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "a/b", "x@127.0.0.1", "["])
def test_a_host_that_is_not_ours_is_refused(client: Client, host: str) -> None:
    answer = client.call("GET", "/api/v1/state", Host=host)
    assert (answer.status, answer.codes) == (400, ["wrong-host"])


@each("host", ["localhost", "127.0.0.1:1", "127.0.0.5", "[::1]:8642"])
def test_every_name_of_this_machine_will_do(client: Client, host: str) -> None:
    assert client.call("GET", "/api/v1/state", Host=host).status == 200


@each(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://["}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_page_of_another_site_cannot_send_messages(client: Client, headers: dict[str, str]) -> None:
    answer = client.post(sample("311"), **headers)
    assert (answer.status, answer.codes) == (403, ["cross-site"])
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_our_own_page_can_send_messages(client: Client) -> None:
    assert client.post(b"<a/>", Origin=f"http://{client.host}:{client.port}").status == 422


@each(
    "request_bytes, status",
    [
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n", 400),
        (b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999\r\n\r\n", 413),
        (b"GET /" + b"a" * 262_150 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
        (b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    ],
)
def test_what_is_not_http_is_answered_in_json_too(
    server: Server, client: Client, request_bytes: bytes, status: int
) -> None:
    with socket.create_connection((client.host, client.port), timeout=PATIENCE) as connection:
        connection.sendall(request_bytes)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert json.loads(body)["findings"][0]["en"]
    assert client.get("/state").status == 200


def test_a_header_cannot_be_smuggled_through_what_is_repeated(client: Client) -> None:
    answer = client.call("GET", "/api/v1/a%0d%0aSet-Cookie:%20a=b")
    assert answer.status == 404 and "Set-Cookie" not in answer.headers


def test_the_description_covers_every_call_and_needs_nothing_from_elsewhere(client: Client) -> None:
    described = client.get("/openapi.json").json
    calls = [call for path in described["paths"].values() for call in path.values()]
    assert all(call["summary"] and call["description"] and call["responses"] for call in calls)
    tags = {tag["name"] for tag in described["tags"]}
    assert all(len(call["tags"]) == 1 and set(call["tags"]) <= tags for call in calls)
    assert {"mailbox", "after", "wait", "limit", "format", "body", "peek", "X-Sandbox"} == {
        parameter["name"] for parameter in described["paths"]["/api/v1/receipts"]["get"]["parameters"]
    }


def test_the_state_shows_whether_the_worker_is_at_work(client: Client) -> None:
    answer = client.get("/state").json
    assert answer["working"] is True and answer["deliveries"]["parked"] == 0
    assert set(answer["sandboxes"]) == {"main", "other"}
    assert answer["requests"] == {"main": {}, "other": {}}


def test_the_state_shows_requests_that_wait(tmp_path: Path) -> None:
    window = window_in(play(tmp_path).data)
    state = create_app(window, AdmissionQueue(window)).test_client().get("/api/v1/state").get_json()
    window.close()
    assert state["requests"] == {"main": {}, SANDBOX: {"refund": {"accepted": 1}}}


@pytest.mark.parametrize("body", [b"[" * 5_000, b'{"a":' * 5_000])
def test_json_that_is_nested_too_deeply_is_malformed(tmp_path: Path, body: bytes) -> None:
    window = window_in(tmp_path)
    admission = AdmissionQueue(window).start()
    try:
        answer = (
            create_app(window, admission)
            .test_client()
            .put("/api/v1/channels/DXPENT0000000001/webhook", data=body, content_type="application/json")
        )
        assert answer.status_code == 400
    finally:
        admission.stop()
        window.close()
