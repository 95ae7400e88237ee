"""What the listener keeps of a body: no more than is of use; and what it answers before it ends."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from waitress.adjustments import Adjustments

from single_window.api.server.bodies import KeptBody
from single_window.api.server.connection import Parser
from single_window.api.server.listener import Listener, bind
from single_window.api.server.serving import Serving
from tests.tables import each

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
PIECE = b"x" * 10_000


class ServedParser(Parser):
    """The parser of a listener that keeps 25,000 bytes of a body."""

    serving = Serving(25_000)


@each("announced", [True, False], ids=["announced", "streamed"])
def test_what_is_too_long_is_counted_and_dropped(announced: bool) -> None:
    parser = ServedParser(Adjustments())
    pieces = [PIECE] * 50
    if announced:
        parser.received(HEAD + b"Content-Length: 500000\r\n\r\n")
    else:
        parser.received(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        pieces = [b"2710\r\n" + piece + b"\r\n" for piece in pieces] + [b"0\r\n\r\n"]
    for piece in pieces:
        parser.received(piece)
    assert parser.completed and parser.error is None
    assert parser.headers["CONTENT_LENGTH"] == "500000"
    assert parser.get_body_stream().read() == b"x" * 25_000
    parser.close()


def test_what_fits_is_kept_whole() -> None:
    body = KeptBody(10)
    body.append(b"1234")
    body.append(b"567890")
    assert len(body) == 10 and body.getfile().read() == b"1234567890"
    assert body.getfile().read() == b"1234567890"


def test_a_request_behind_one_that_is_in_hand_is_answered_when_the_listener_ends() -> None:
    begun, going_on = Event(), Event()

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/first":
            begun.set()
            going_on.wait()
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    bound = bind("127.0.0.1", 0)
    place = bound.getsockname()[:2]
    listener = Listener(application, bound, 1_000, 2).start()
    with socket.create_connection(place) as client:
        client.sendall(b"GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n")
        begun.wait()
        client.sendall(b"GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n")
        ending = Thread(target=listener.stop)
        ending.start()
        with suppress(ConnectionRefusedError, ConnectionResetError):
            while True:  # until it lets nobody in any more, and waits for what is in hand
                socket.create_connection(place).close()
        going_on.set()
        assert client.makefile("rb").read().count(b"200 OK") == 2
    ending.join()
