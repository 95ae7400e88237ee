"""Clients that use the HTTP listener in every way at once: each request is answered, and none twice."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from single_window.api.server.limits import Limits
from single_window.api.server.listener import Listener, bind
from tests.patience import PATIENCE

LARGE = 2_000_000
"""Bytes of an answer that no socket takes at once."""
CLIENTS, REQUESTS = 8, 25


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers with as many bytes as the query asks for, once the body is read."""
    environ["wsgi.input"].read()
    size = int(environ["QUERY_STRING"])
    start_response("200 OK", [("Content-Length", str(size))])
    return [b"x" * size]


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    bound = bind("127.0.0.1", 0)
    limits = Limits(header=60, queued=60, expected=60, per_address=0)
    listener = Listener(
        application, bound, 1_000_000, 4, limits, may_wait=lambda path, query: path == "/poll", polls=2
    ).start()
    yield bound.getsockname()
    listener.stop()


class Client:
    """Sends requests over one connection, opened anew where it was closed; `unanswered` are those that it lacks."""

    def __init__(self, address: tuple[str, int], seed: int) -> None:
        self._address, self._random = address, Random(seed)
        self._connection: socket.socket | None = None
        self._came = b""
        self.unanswered: list[str] = []

    def run(self) -> list[str]:
        """Send all requests, each of a kind drawn from the seed."""
        ways = [self.whole, self.together, self.in_pieces, self.with_body, self.ending, self.large, self.leaving]
        for _ in range(REQUESTS):
            way = self._random.choice(ways)
            if not way():
                self.unanswered.append(way.__name__)
        self._close()
        return self.unanswered

    def whole(self) -> bool:
        """One request."""
        self._send(self._get(10))
        return self._answered(10)

    def together(self) -> bool:
        """The next ones before the first is answered."""
        sizes = [self._random.randrange(1, 50) for _ in range(self._random.randrange(2, 6))]
        for size in sizes:
            self._send(self._get(size))
        return all([self._answered(size) for size in sizes])

    def in_pieces(self) -> bool:
        """A request whose header comes in two pieces."""
        request = self._get(10)
        cut = self._random.randrange(1, len(request))
        self._send(request[:cut])
        self._send(request[cut:])
        return self._answered(10)

    def with_body(self) -> bool:
        """A body, more than one reading takes."""
        body = b"y" * self._random.choice([0, 10, 100_000])
        self._send(b"POST /?7 HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        return self._answered(7)

    def ending(self) -> bool:
        """A request after which the connection is closed."""
        self._send(self._get(10).replace(b"Host", b"Connection: close\r\nHost"))
        answered = self._answered(10)
        ended = self._open().recv(1) == b""
        self._close()
        return answered and ended

    def large(self) -> bool:
        """An answer that the socket does not take at once."""
        self._send(self._get(LARGE))
        return self._answered(LARGE)

    def leaving(self) -> bool:
        """A client that is gone before it is answered."""
        self._send(self._get(10))
        self._close()
        return True

    def _get(self, size: int) -> bytes:
        return b"GET %s?%d HTTP/1.1\r\nHost: a\r\n\r\n" % (self._random.choice([b"/", b"/poll"]), size)

    def _send(self, data: bytes) -> None:
        self._open().sendall(data)

    def _answered(self, size: int) -> bool:
        while b"\r\n\r\n" not in self._came:
            self._receive()
        head, self._came = self._came.split(b"\r\n\r\n", 1)
        while len(self._came) < size:
            self._receive()
        body, self._came = self._came[:size], self._came[size:]
        return head.startswith(b"HTTP/1.1 200") and body == b"x" * size

    def _receive(self) -> None:
        part = self._open().recv(1_000_000)
        if not part:
            raise EOFError("closed before the answer")
        self._came += part

    def _open(self) -> socket.socket:
        if self._connection is None:
            self._connection = socket.create_connection(self._address, timeout=PATIENCE)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._came = None, b""


def test_every_request_is_answered_however_it_comes(address: tuple[str, int]) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        assert [*pool.map(lambda seed: Client(address, seed).run(), range(CLIENTS))] == [[]] * CLIENTS
