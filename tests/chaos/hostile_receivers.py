"""Receivers of webhooks that do what they should not: they drip, never end, break off, and point elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from threading import Event, Thread

from tests.patience import PATIENCE

DROP_EVERY = 0.2
"""Seconds between two drops: far less than any limit of a single read."""
Answering = Callable[[socket.socket, Event], None]


class HostileReceivers:
    """Listens on a free port from `start` to `stop`; each connection meets the next way of misbehaving."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._stopping = Event()
        self._turn = count()
        self.met = 0
        """Connections that were made to it."""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/"

    def start(self) -> HostileReceivers:
        """Begin."""
        Thread(target=self._accept, name="hostile receivers", daemon=True).start()
        return self

    def stop(self) -> None:
        """End, and let go of everybody."""
        self._stopping.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._stopping.is_set():
                connection, _ = self._listening.accept()
                self.met += 1
                answering = WAYS[next(self._turn) % len(WAYS)]
                Thread(target=self._serve, args=(connection, answering), daemon=True).start()

    def _serve(self, connection: socket.socket, answering: Answering) -> None:
        with connection, suppress(OSError):
            connection.recv(65_536)
            answering(connection, self._stopping)


def _dripping(beginning: bytes, drop: bytes) -> Answering:
    def answer(connection: socket.socket, stopping: Event) -> None:
        connection.sendall(beginning)
        while not stopping.wait(DROP_EVERY):
            connection.sendall(drop)

    return answer


def _endless(connection: socket.socket, stopping: Event) -> None:
    connection.sendall(b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not stopping.is_set():
        connection.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


def _silent(connection: socket.socket, stopping: Event) -> None:
    stopping.wait(PATIENCE)


def _saying(answer: bytes) -> Answering:
    return lambda connection, stopping: connection.sendall(answer)


WAYS: tuple[Answering, ...] = (
    _dripping(b"HTTP/1.0 200 OK\r\n", b"X: y\r\n"),
    _dripping(b"HTTP/1.0 500 No\r\n\r\n", b"x"),
    _dripping(b"HTTP/1.1 500 No\r\nConnection: close\r\n\r\n", b"x"),
    _dripping(b"", b"H"),
    _endless,
    _silent,
    _saying(b""),
    _saying(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
    _saying(b"HTTP/9.9 what\r\n\r\n"),
    _saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n"),
)
