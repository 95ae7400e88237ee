"""A recording proxy: bytes go through as they are, both directions are recorded, secrets are not, and a target that is
away is distinguished from a proxy that is."""

from __future__ import annotations

import http.client
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from single_window.api.server.listener import MAX_READ_BYTES, Listener, bind, url_of
from single_window.recordings import file, forwarding
from single_window.recordings.events import WITH_CALLS, CallEvent, Event, Manifest, MessageEvent, ReceiptEvent
from single_window.recordings.exchanges import Exchanges
from single_window.recordings.forwarding import Exchanged, Forwarding
from single_window_client import WindowClient
from tests.commands import run_command
from tests.patience import PATIENCE
from tests.running import address, logged, running


class Target(BaseHTTPRequestHandler):
    """Answers with what it was asked, and one header for this connection only."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        result = json.dumps(
            {
                "path": self.path.partition("?token")[0],
                "headers": dict(self.headers),
                "size": len(body),
                "token": "s3cret",
            }
        )
        self.send_response(202, "Taken")
        for name, text in (("Keep-Alive", "timeout=5"), ("Connection", "X-Hop"), ("X-Hop", "1"), ("Set-Cookie", "a=b")):
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(result)))
        self.end_headers()
        self.wfile.write(result.encode())

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def target() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Target) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def in_front_of(url: str) -> Iterator[tuple[http.client.HTTPConnection, list[Exchanged]]]:
    passed: list[Exchanged] = []
    bound = bind("127.0.0.1", 0)
    listener = Listener(Forwarding(url, passed.append), bound, MAX_READ_BYTES, 2).start()
    place = url_of(bound).removeprefix("http://")
    connection = http.client.HTTPConnection(place, timeout=PATIENCE)
    yield connection, passed
    connection.close()
    listener.stop()


def exchange(connection: http.client.HTTPConnection, *call: Any, **more: Any) -> tuple[http.client.HTTPResponse, Any]:
    connection.request(*call, **more)
    answer = connection.getresponse()
    return answer, json.loads(answer.read())


def events(passed: list[Exchanged]) -> list[Event]:
    return list(Exchanges().events(passed))


def test_all_passes_as_it_is_but_what_is_about_one_connection() -> None:
    headers = {"X-Sandbox": "ci", "Connection": "keep-alive, X-Mine", "X-Mine": "1", "Accept": "a/b"}
    path = "/deep%2Fer/%E4%BB%93?a=%20b"
    with target() as url, in_front_of(url) as (connection, passed):
        answer, result = exchange(connection, "POST", path, body=b"hello", headers=headers)
    assert (answer.status, result["path"], result["size"]) == (202, path, 5)
    assert result["headers"]["Host"] == url.removeprefix("http://")
    assert result["headers"]["X-Sandbox"] == "ci"
    assert {"X-Mine", "User-Agent"}.isdisjoint(result["headers"])
    assert (answer.getheader("X-Hop"), answer.getheader("Keep-Alive")) == (None, None)
    assert (passed[0].body, passed[0].status, passed[0].whole) == (b"hello", 202, True)


def test_secrets_are_not_recorded_and_pass_all_the_same() -> None:
    headers = {"Authorization": "Bearer k3y", "X-Api-Key": "k3y", "Cookie": "k3y"}
    with target() as url, in_front_of(url) as (connection, passed):
        _, result = exchange(connection, "POST", "/a?token=k3y", body=b'{"password": "k3y"}', headers=headers)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        exchange(connection, "POST", "/login", body=b"name=a&password=k3y", headers=form)
        exchange(connection, "POST", "/other", body=b"password=k3y", headers=form)
    assert result["headers"]["Authorization"] == "Bearer k3y"
    recorded = events(passed)
    assert "k3y" not in str(recorded)
    assert "s3cret" not in str(recorded)
    assert [event.whole for event in recorded if isinstance(event, CallEvent)] == [True, False, False]


def test_of_a_large_body_nothing_is_kept_and_all_of_it_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarding, "MAX_KEPT_BYTES", 100_000)
    with target() as url, in_front_of(url) as (connection, passed):
        _, result = exchange(connection, "POST", "/a", body=b"x" * 300_000)
        exchange(connection, "GET", "/a")
    assert result["size"] == 300_000
    assert [(exchanged.whole, exchanged.body) for exchanged in passed] == [(False, b""), (True, b"")]


def test_a_target_that_is_away_is_a_problem_that_says_so() -> None:
    with in_front_of("http://127.0.0.1:9") as (connection, passed):
        answer, result = exchange(connection, "POST", "/api/v1/messages", body=b"<a/>")
    assert (answer.status, answer.getheader("Content-Type")) == (502, "application/problem+json")
    assert (result["status"], result["type"]) == (502, "urn:single-window:problem:target-away")
    assert "127.0.0.1:9" in result["detail"]
    assert [type(event) for event in events(passed)] == [CallEvent]


@pytest.mark.long
def test_what_passed_in_front_of_a_window_is_played_again(tmp_path: Path) -> None:
    recording = tmp_path / "real.swr"
    with running("run", tmp_path, port=0) as window:
        there = address(window)
        with running(f"record {recording} --proxy-to {there}", tmp_path, "record") as proxy:
            client = WindowClient(logged(proxy, r"(http://\S+) is a proxy")[1])
            sandbox = client.make_sandbox("real")
            trade = sandbox.sample()
            sandbox.submit(trade)
            sandbox.settle()
            boxes = {trade.value("dxpId", code) for code in trade.messages}
            receipts = [receipt for box in boxes for receipt in [*sandbox.receipts(box), *sandbox.receipts(box)]]
            client.close()
    recorded = read(recording)
    assert manifest(recording).version == WITH_CALLS
    assert [event.status for event in recorded if isinstance(event, MessageEvent)] == [202] * 4
    assert {receipt.mailbox for receipt in recorded if isinstance(receipt, ReceiptEvent)} == boxes
    assert sum(isinstance(event, ReceiptEvent) for event in recorded) * 2 == len(receipts)
    done = run_command("replay", recording, "--data", tmp_path / "again", "--sandbox", "b", "--json", code=0)
    assert json.loads(done.stdout)["answered_alike"] == 4
    checked = run_command("recording", "check", recording, "--json")
    assert json.loads(checked.stdout)["clean"] is False
    run_command("recording", "scrub", recording, tmp_path / "public.swr", code=0)
    assert not [event for event in read(tmp_path / "public.swr") if isinstance(event, CallEvent)]


def test_where_it_cannot_stand_nothing_is_begun(tmp_path: Path) -> None:
    there = tmp_path / "a.swr"
    there.write_text("mine")
    for wrong, message in (
        (["--proxy-to", "nowhere"], "not an address"),
        (["--proxy-to", "http://127.0.0.1:9", "--listen", "x"], "not an address"),
        (["--listen", "127.0.0.1:0"], "require --proxy-to"),
    ):
        done = run_command("record", tmp_path / "b.swr", *wrong)
        assert (done.exit_code, message in done.output) == (2, True), done.output
    done = run_command("record", there, "--proxy-to", "http://127.0.0.1:9")
    assert (done.exit_code, there.read_text()) == (1, "mine")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.swr"]


def read(path: Path) -> list[Event]:
    with file.open_recording(path) as recording:
        return list(recording.events())


def manifest(path: Path) -> Manifest:
    assert zipfile.is_zipfile(path)
    with file.open_recording(path) as recording:
        return recording.manifest
