"""A window that ends connections without an answer: what is safe is called again once, anything else is not. What was
not begun, because the window is busy or the caller has made all his calls, is called again when the answer says."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from single_window_client import CallRefused, NotReachable
from single_window_client.calls import Caller
from tests.databases import kept_open
from tests.tables import each

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Ending:
    """Listens, and ends so many connections, each once it has been asked; answers on the next ones."""

    def __init__(self) -> None:
        self.ends, self.requests = 0, list[bytes]()
        self.first: list[bytes] = []
        """What is answered before anything else."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):  # the listening socket is closed at the end
            while True:
                connection, _ = self._socket.accept()
                with connection:
                    self.requests.append(connection.recv(65_536))
                    if len(self.requests) > self.ends:
                        connection.sendall(self.first.pop(0) if self.first else OK)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def window() -> Iterator[Ending]:
    yield from kept_open(Ending())


@each(("method", "path"), [("GET", "/receipts"), ("PUT", "/master-data/goods")])
def test_what_is_safe_is_called_again_once(window: Ending, method: str, path: str) -> None:
    window.ends = 1
    window.requests.clear()
    caller = Caller(window.url)
    assert caller.call(method, path, body=b"<a/>" if method != "GET" else None) == {}
    assert len(window.requests) == 2
    assert {request.split(b" HTTP")[0] for request in window.requests} == {f"{method} /api/v1{path}".encode()}


def test_it_is_not_called_for_ever(window: Ending) -> None:
    window.ends = 9
    with pytest.raises(NotReachable):
        Caller(window.url).call("GET", "/receipts")
    assert len(window.requests) == 2


@each(
    ("method", "path"),
    [("POST", "/sandboxes/main/clock/advance"), ("POST", "/messages"), ("DELETE", "/sandboxes/ci")],
)
def test_what_may_have_been_done_is_not_done_twice(window: Ending, method: str, path: str) -> None:
    window.ends = 1
    window.requests.clear()
    with pytest.raises(NotReachable):
        Caller(window.url).call(method, path, json={})
    assert len(window.requests) == 1


def not_begun(status: int, code: str, retry_after: str) -> bytes:
    """The answer to a call that was not begun."""
    body = json.dumps({"findings": [{"code": code, "zh": "", "en": ""}]}).encode()
    head = f"HTTP/1.1 {status} No\r\nRetry-After: {retry_after}\r\nConnection: close\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


@each(("status", "code"), [(503, "too-many-at-once"), (429, "too-many-calls")])
def test_what_was_not_begun_is_called_again_and_counted_for_whose_it_is(window: Ending, status: int, code: str) -> None:
    window.requests.clear()
    window.first = [not_begun(status, code, "1")]
    caller = Caller(window.url)
    assert caller.call("POST", "/messages", json={}) == {}
    assert (len(window.requests), dict(caller.repeated)) == (2, {status: 1})


@each(
    ("status", "code", "retry_after"),
    [
        (429, "forced-429", "1"),
        (503, "forced-503", "1"),
        (429, "sign-in-locked", "600"),
        (429, "too-many-calls", "3600"),
        (429, "too-many-calls", ""),
        (503, "not-accepting", "Wed, 21 Oct 2026 07:28:00 GMT"),
    ],
)
def test_what_a_test_forced_or_would_take_too_long_is_told_at_once(
    window: Ending, status: int, code: str, retry_after: str
) -> None:
    window.requests.clear()
    window.first = [not_begun(status, code, retry_after)]
    caller = Caller(window.url)
    with pytest.raises(CallRefused) as refused:
        caller.call("GET", "/receipts")
    assert (refused.value.status, len(window.requests), caller.repeated.total()) == (status, 1, 0)
