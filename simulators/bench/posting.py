"""Posts messages over HTTP from several connections at once, with as little work as possible, because the client shares
the processor with the window that it measures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector, SelectorKey
from socket import create_connection, socket
from typing import NamedTuple
from urllib.parse import urlsplit

from simulators.bench.spool import read_bodies
from simulators.entry.sending import ACCEPTED
from simulators.errors import SimulatorError
from simulators.machine import processor_use

CONNECTIONS = 8
TURNED_AWAY = 503
ANSWER_SECONDS = 60.0
"""The longest wait for an answer on any connection."""
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CLOSES = re.compile(rb"(?i)\r\nconnection: *close")
_END = b"\r\n\r\n"


class Posted(NamedTuple):
    """The number of messages answered with 202, of answers 503, and the client's seconds of processor time."""

    accepted: int
    turned_away: int
    processor: float


class LightConnection:
    """One connection to a window: sends requests to post messages, and reads their answers."""

    def __init__(self, url: str, sandbox: str) -> None:
        address = urlsplit(url)
        self._place = (address.hostname or "", address.port or 80)
        self._head = (
            f"POST /api/v1/messages HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/xml\r\n"
            f"X-Sandbox: {sandbox}\r\nContent-Length: "
        ).encode()
        self._socket: socket | None = None
        self._received = b""

    def send(self, body: bytes) -> socket:
        """Send a request; returns the socket on which its answer arrives."""
        if self._socket is None:
            self._socket = create_connection(self._place, timeout=ANSWER_SECONDS)
        self._received = b""
        self._socket.sendall(b"%b%d%b%b" % (self._head, len(body), _END, body))
        return self._socket

    def receive(self) -> int | None:
        """Read what has arrived; returns the HTTP status when the answer is complete, else None. Raises `OSError`."""
        if self._socket is None or not (data := self._socket.recv(65_536)):
            raise ConnectionError("closed before the answer was complete")
        self._received += data
        head, end, body = self._received.partition(_END)
        length = _LENGTH.search(head)
        if not end or len(body) < int(length[1] if length else 0):
            return None
        if _CLOSES.search(head):
            self.close()
        return int(head[9:12])

    def post(self, body: bytes) -> int:
        """Post a message and wait for the answer; returns the HTTP status, 0 if there is no answer."""
        try:
            self.send(body)
            while (status := self.receive()) is None:
                pass
        except (OSError, ValueError):
            self.close()
            return 0
        return status

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def post_all(url: str, sandbox: str, file: Path, connections: int = CONNECTIONS) -> Posted:
    """Post every message of a spool file in one thread; each connection sends its next message after the answer to the
    one before. A message that is turned away (503) is sent again. Raises `SimulatorError` if the window does not
    answer."""
    spent, posting = processor_use(), _Posting(read_bodies(file))
    with posting.selector:
        for _ in range(connections):
            posting.send_next(LightConnection(url, sandbox))
        while posting.waiting:
            ready = posting.selector.select(ANSWER_SECONDS)
            if not ready:
                raise SimulatorError(f"{posting.waiting} messages had no answer after {ANSWER_SECONDS:.0f} s")
            for key, _ in ready:
                posting.receive(key)
    return Posted(posting.statuses[ACCEPTED], posting.statuses[TURNED_AWAY], processor_use().since(spent).own)


class _Posting:
    """The connections that wait for an answer, and the messages that are left."""

    def __init__(self, messages: Iterator[bytes]) -> None:
        self._messages, self._again = messages, list[bytes]()
        self.selector, self.statuses = DefaultSelector(), Counter[int]()

    @property
    def waiting(self) -> int:
        """The number of messages without an answer."""
        return len(self.selector.get_map())

    def send_next(self, connection: LightConnection) -> None:
        """Send the next message on a connection; without one, close it."""
        body = self._again.pop() if self._again else next(self._messages, None)
        if body is None:
            connection.close()
        else:
            self.selector.register(connection.send(body), EVENT_READ, (connection, body))

    def receive(self, key: SelectorKey) -> None:
        """Read from a connection; after a complete answer send its next message."""
        connection, body = key.data
        if (status := connection.receive()) is None:
            return
        self.statuses[status] += 1
        if status == TURNED_AWAY:
            self._again.append(body)
        self.selector.unregister(key.fileobj)
        self.send_next(connection)
