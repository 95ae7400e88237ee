"""Whether one process answers or several: to the same requests come the same answers."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from single_window.work.runtime import Runtime
from tests.brokers import empty_vhost
from tests.databases import made_database, window_in
from tests.patience import PATIENCE
from tests.running import address, running
from tests.tables import each
from tests.unit.single_window.serving_http import CAP, Client, PatientClient, again, in_json, mailbox, many, sample

SEVERAL = 12
"""Requests after which each of two processes has most likely answered one."""
SERVERS = (
    ("run", "sqlite"),
    pytest.param(("serve", "sqlite"), marks=pytest.mark.service),
    pytest.param(("serve", "postgresql"), marks=pytest.mark.service),
)


@pytest.fixture(scope="module", params=SERVERS, ids="-".join)
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One process that does all, or two that answer while another works, over RabbitMQ."""
    command, engine = request.param
    folder = tmp_path_factory.mktemp(command)
    with ExitStack() as stack:
        database = stack.enter_context(made_database(engine, folder))
        shared = {"database": database, "body_cap": CAP, "synchronous": "NORMAL", "readers": 0}
        if command == "run":
            yield PatientClient(address(stack.enter_context(running("run --port 0", folder, **shared))))
            return
        broker = stack.enter_context(empty_vhost()).url
        serving = stack.enter_context(running("serve --port 0", folder, broker=broker, **shared))
        window = window_in(folder / "data", broker=broker, **shared)
        stack.callback(window.close)
        stack.callback(Runtime(window).start().stop)
        yield PatientClient(address(serving))


def own(number: str) -> bytes:
    return again(sample("311", orderNo=number))


class RequestCase(NamedTuple):
    """A request, and what must be answered: the status and the codes of the findings."""

    call: Callable[[Client], Any]
    status: int
    codes: list[str]


GBK = sample("311").replace(b"UTF-8", b"GB18030")
TABLE = {
    "what cannot be opened": RequestCase(lambda client: client.post(b"hello"), 400, ["not-xml"]),
    "a message that is cut off": RequestCase(lambda client: client.post(sample("311")[:-30]), 400, ["not-well-formed"]),
    "a document type": RequestCase(lambda client: client.post(b"<!DOCTYPE a><a/>"), 400, ["document-type"]),
    "another encoding": RequestCase(lambda client: client.post(GBK), 415, ["wrong-encoding"]),
    "an upload by form": RequestCase(
        lambda client: client.post(b"x", Content_Type="multipart/form-data; boundary=x"), 415, ["multipart"]
    ),
    "a compressed body": RequestCase(
        lambda client: client.post(b"x", Content_Encoding="gzip"), 415, ["content-encoding"]
    ),
    "an unknown message": RequestCase(lambda client: client.post(b"<a/>"), 422, ["unknown-root"]),
    "broken JSON": RequestCase(lambda client: client.post(b'{"data": '), 400, ["json-broken"]),
    "an announced body above the cap": RequestCase(
        lambda client: client.post(b"<a>".ljust(20 * CAP)), 413, ["too-large"]
    ),
    "a streamed body above the cap": RequestCase(lambda client: client.post([b"x" * 100_000] * 60), 413, ["too-large"]),
    "an unknown sandbox": RequestCase(
        lambda client: client.post(own("S"), X_Sandbox="nowhere"), 404, ["unknown-sandbox"]
    ),
    "an unknown edition": RequestCase(lambda client: client.post(own("E"), "?edition=1999"), 400, ["unknown-edition"]),
    "a wrong parameter": RequestCase(
        lambda client: client.get("/receipts?mailbox=A&wait=31"), 400, ["wrong-parameter"]
    ),
    "a page that is not there": RequestCase(lambda client: client.get("/nothing"), 404, ["no-such-page"]),
    "a wrong method": RequestCase(lambda client: client.call("DELETE", "/api/v1/messages"), 405, ["wrong-method"]),
    "a message that is not there": RequestCase(lambda client: client.get("/messages/0"), 404, ["no-such-message"]),
    "somebody else's host": RequestCase(lambda client: client.get("/state", Host="evil.example"), 400, ["wrong-host"]),
    "a page of another site": RequestCase(
        lambda client: client.post(own("O"), Origin="http://evil.example"), 403, ["cross-site"]
    ),
    "many cookies": RequestCase(lambda client: client.get("/nothing", Cookie="a=b; " * 5_000), 404, ["no-such-page"]),
}


@each("case", TABLE)
def test_what_is_wrong_is_reported_in_the_same_words(client: Client, case: str) -> None:
    answer = TABLE[case].call(client)
    assert (answer.status, answer.codes) == (TABLE[case].status, TABLE[case].codes)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert all(finding["zh"] and finding["en"] for finding in answer.json["findings"])


@each(
    "request_bytes, status",
    [
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n", 400),
        (b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999\r\n\r\n", 413),
        (b"GET /" + b"a" * 262_150 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
        (b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ],
)
def test_what_is_not_http_is_answered_in_json(client: Client, request_bytes: bytes, status: int) -> None:
    with socket.create_connection((client.host, client.port), timeout=PATIENCE) as connection:
        connection.sendall(request_bytes)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert json.loads(body)["findings"][0]["en"]


def test_a_message_is_accepted_once_whichever_process_receives_it(client: Client) -> None:
    body = own("ONCE-1")
    with ThreadPoolExecutor(SEVERAL) as pool:
        answers = [future.result(PATIENCE) for future in [pool.submit(client.post, body) for _ in range(SEVERAL)]]
    assert {answer.status for answer in answers} == {202}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert sum(not answer.json["repeated"] for answer in answers) == 1
    first = answers[0].json
    assert first["type"] == "CEB311Message" and answers[0].headers["Location"] == f"/api/v1/messages/{first['id']}"
    other = client.post(body.replace(b"ONCE-1", b"ONCE-2"))
    assert (other.status, other.codes) == (409, ["transmission-id-reused"])
    assert client.get(f"/messages/{first['id']}/body").body == body


def test_every_form_of_a_message_is_taken(client: Client) -> None:
    assert client.post(in_json(own("FORM-1"))).status == 202
    assert client.post(again(many("311", 3))).json["documents"] == 3


def test_a_poll_waits_for_the_first_receipt_and_no_longer(client: Client) -> None:
    body = own("POLL-1")
    box = b"DXPENT2000000001"
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.get, f"/receipts?mailbox={box.decode()}&wait=30")
        assert client.post(body.replace(mailbox(body).encode(), box)).status == 202
        answer = waiting.result(PATIENCE).json
    assert [receipt["order_no"] for receipt in answer["receipts"]] == ["POLL-1"] and answer["next"] == 1
    nothing = client.get(f"/receipts?mailbox={box.decode()}&after=1&format=xml")
    assert (nothing.status, nothing.headers["X-Next-After"]) == (204, "1")


def test_waiting_polls_leave_room_for_messages(client: Client) -> None:
    body = own("ROOM-1")
    box = b"DXPENT2000000002"
    with ThreadPoolExecutor(60) as pool:
        waiting = [pool.submit(client.get, f"/receipts?mailbox={box.decode()}&wait=30") for _ in range(60)]
        assert client.post(body.replace(mailbox(body).encode(), box)).status == 202
        assert {future.result(PATIENCE).status for future in waiting} == {200}


@pytest.mark.long
def test_slow_clients_keep_nobody_waiting(client: Client) -> None:
    slow = [socket.create_connection((client.host, client.port)) for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n<")
        assert [client.get("/state").status for _ in range(SEVERAL)] == [200] * SEVERAL
    finally:
        for connection in slow:
            connection.close()
