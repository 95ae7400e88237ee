"""A receiver of webhooks as a stranger may run it: a real HTTP server that answers as it is set, badly if need be."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import NamedTuple

from tests.patience import PATIENCE

Answer = Callable[[BaseHTTPRequestHandler], None]


class Posted(NamedTuple):
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """Listens on a free port of this machine; gives the answers that were set one by one, then 204 for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.posted, self.connections = list(answers), [], set()  # type: ignore[var-annotated]
        self.released = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/receipts?of=us"

    def certify(self, context: ssl.SSLContext) -> None:
        """From now on it speaks TLS."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posted.append(Posted(self.path, dict(self.headers.items()), body))
                receiver.connections.add(self.client_address)
                (receiver.answers.pop(0) if receiver.answers else status(204))(self)

            def do_GET(self) -> None:
                receiver.posted.append(Posted(self.path, dict(self.headers.items()), b"GET"))
                status(200)(self)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler


@contextmanager
def receiving(*answers: Answer) -> Iterator[Receiver]:
    """A receiver for the time of a test."""
    receiver = Receiver(*answers)
    try:
        yield receiver
    finally:
        receiver.close()


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """An ordinary answer."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        if code != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def raw(data: bytes) -> Answer:
    """These bytes, then the end of the connection."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return answer


def silence(until: Event) -> Answer:
    """Nothing, until somebody lets go."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        until.wait(PATIENCE)
        handler.close_connection = True

    return answer


def dripping(beginning: bytes, drop: bytes, until: Event) -> Answer:
    """A beginning, and then one drop after the other, each in time, without an end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        try:
            handler.wfile.write(beginning)
            while not until.wait(0.02):
                handler.wfile.write(drop)
        except OSError:
            pass

    return answer


def endless(until: Event) -> Answer:
    """200, and a body as fast as it is read, without an end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not until.is_set():
                handler.wfile.write(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        except OSError:
            pass

    return answer


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])
