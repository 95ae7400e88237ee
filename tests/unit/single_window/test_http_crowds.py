"""Many clients that are slow, or send much: everybody else is answered as ever."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from serving_http import Answer, Client, again, many, sample

from gateways.circumstances import Options
from single_window.api.server.listener import bind
from single_window.api.server.serving import LARGE
from single_window.cases.batches.requests import open_batch
from single_window.frame.files import MAX_BYTES
from single_window.process.serving import Server
from tests.databases import window_in
from tests.officers import TESTER
from tests.patience import PATIENCE

CONNECTIONS = 30
HEAD = b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"


@pytest.fixture(params=[(CONNECTIONS, 0), (1_000, CONNECTIONS)], ids=["in all", "of an address"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    connections, of_address = request.param
    window = window_in(tmp_path, connections=connections, connections_per_address=of_address)
    with Server(window, bind("127.0.0.1", 0), folders=False) as serving:
        yield serving
    window.close()


@pytest.mark.parametrize("begun", [b"", HEAD[:30], HEAD + b"<"], ids=["nothing", "half a header", "half a body"])
def test_connections_that_only_begin_keep_nobody_out(server: Server, begun: bytes) -> None:
    client, address = Client(server.url), urlsplit(server.url)
    with ExitStack() as open_sockets:
        for _ in range(3 * CONNECTIONS):
            connection = open_sockets.enter_context(socket.create_connection((address.hostname, address.port)))
            connection.sendall(begun)
        for number in range(5):
            assert client.post(again(sample("311", orderNo=f"CROWD-{number}"))).status == 202


@pytest.mark.long
def test_many_files_at_once_leave_room_for_pages(server: Server) -> None:
    window, client = server.window, Client(server.url)
    window.make_sandbox("b", Options(open_desks=True))
    open_batch(window, "b", "I", "4240", "1210", TESTER)
    window.settle()
    number = client.get("/batches", X_Sandbox="b").json["batches"][0]["batch_no"]
    path = f"/cases/batch/{number}/files"

    def upload(place: int) -> Answer:
        body = b"%d " % place + b"x" * (MAX_BYTES - 10)
        return client.call("POST", f"/api/v1{path}?name=x.txt", body, X_Sandbox="b", Content_Type="text/plain")

    with ThreadPoolExecutor(12) as pool:
        thrown = [pool.submit(upload, place) for place in range(12)]
        pages = [client.call("GET", "/review?sandbox=b").status for _ in range(5)]
        answers = [future.result(PATIENCE) for future in thrown]
    assert pages == [200] * 5
    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {201, 503} and statuses.count(201) >= 2
    assert len(client.get(path, X_Sandbox="b").json["files"]) == statuses.count(201)


def test_many_large_bodies_at_once_are_answered_and_leave_room(server: Server) -> None:
    client, small = Client(server.url), again(sample("311", orderNo="SMALL-1"))
    large = many("311", 90).replace(b"</ceb:CEB311Message>", b"<!--" + b"x" * LARGE + b"--></ceb:CEB311Message>")
    with ThreadPoolExecutor(20) as pool:
        thrown = [pool.submit(client.post, again(large)) for _ in range(20)]
        assert client.post(small).status == 202
        answers = [future.result(PATIENCE) for future in thrown]
    assert {answer.status for answer in answers} <= {202, 422, 503}
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 503)
    assert client.post(again(large)).status in {202, 422}, "there is room again"
