"""A receiver on this machine, to which a window posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple


class PostedBody(NamedTuple):
    """The posted message, as the receiver gets it."""

    headers: Mapping[str, str]
    body: bytes


@contextmanager
def receiver(statuses: Sequence[int], then: int, said: bytes = b"") -> Iterator[tuple[str, SimpleQueue[PostedBody]]]:
    """The address of a receiver, and what comes; it answers with these statuses, then with another one, and says the
    same each time."""
    posted: SimpleQueue[PostedBody] = SimpleQueue()
    first = iter(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            posted.put(PostedBody(dict(self.headers), body))  # before the answer, after which the next may come
            status = next(first, then)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/receipts", posted
        server.shutdown()
        thread.join()
