"""Sends messages over HTTP by a timetable that waits for nobody: what is late counts from when it should have gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlsplit

from urllib3.util.wait import wait_for_read

from single_window.client.calls import LIMITED, PREFIX, TURNED_AWAY, credentials, pause_of
from single_window.client.lanes import Lanes
from single_window.clock import monotonic

ACCEPTED = 202
SENDERS = 256
"""Connections at most; as many are opened as have something to send at a time."""
TIMEOUT_SECONDS = 60
REFUSAL_BYTES = 65_536
"""Bytes of a refusal that are kept."""


class Due(NamedTuple):
    """A message and when it is to be sent, in seconds after the start; `place` is the sender's own name for it."""

    body: bytes
    due: float
    place: int = 0


class Answered(NamedTuple):
    """The answer to a message: its status (0: no answer), the milliseconds since it was due, the body of a refusal.
    With a time after which it may come again: `turned_away`, the window was too busy (503); `limited`, the sender sent
    more than he may (429)."""

    sent: Due
    status: int
    late: float
    refusal: bytes = b""
    turned_away: bool = False
    limited: bool = False


class Reply(NamedTuple):
    """An answer to a message: status (0: none), the body of a refusal, and the seconds after which it may come
    again."""

    status: int
    refusal: bytes = b""
    pause: float = 0.0

    @property
    def turned_away(self) -> bool:
        """True if the window was too busy for it, and named a time for the next attempt."""
        return self.status == TURNED_AWAY and self.pause > 0

    @property
    def limited(self) -> bool:
        """True if the sender has sent all that he may for now, and was told a time for the next attempt."""
        return self.status == LIMITED and self.pause > 0


def connection_to(url: str) -> HTTPConnection:
    """A connection to the address; nothing is sent yet."""
    address = urlsplit(url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    return kind(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)


class Sender:
    """A connection that posts messages into a sandbox, one after the other."""

    def __init__(self, url: str, sandbox: str, key: str = "") -> None:
        self._connection, self._path = connection_to(url), f"{urlsplit(url).path.rstrip('/')}{PREFIX}/messages"
        self._headers = {"Content-Type": "application/xml", "X-Sandbox": sandbox, **credentials(key)}

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Post a message; a connection that the other side has closed meanwhile is opened again."""
        try:
            # nothing is to be read between two messages but the end
            if self._connection.sock is not None and wait_for_read(self._connection.sock, timeout=0.0):
                self._connection.close()
            self._connection.request("POST", self._path, body, {**self._headers, **(headers or {})})
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            self._connection.close()
            return Reply(0)
        if answer.status == ACCEPTED:
            return Reply(ACCEPTED)
        pause = pause_of(answer.status, answer.getheader("Retry-After", ""))
        return Reply(answer.status, content[:REFUSAL_BYTES], pause)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Timetable:
    """Messages with their instants, and senders who keep to them; begins when `run` is called."""

    def __init__(
        self, url: str, sandbox: str, messages: Iterable[Due], answered: Callable[[Answered], None], key: str = ""
    ) -> None:
        """`answered` is called, by one sender at a time, with what became of each message."""
        self._messages, self._answered, self._reporting = messages, answered, Lock()
        self._opened = partial(Sender, url, sandbox, key)
        self.start = 0.0

    def run(self, senders: int = SENDERS) -> float:
        """Send everything; gives the seconds that it took. Interrupted, it sends nothing more."""
        self.start = monotonic() + 0.5
        lanes = Lanes(senders, self._opened)
        try:
            for message in self._messages:
                lanes.wait(self.start + message.due)
                lanes.put((), partial(self._send, message))
            lanes.finish()
        finally:
            lanes.close()
        return monotonic() - self.start

    def since(self, due: float) -> float:
        """Milliseconds since an instant of the timetable."""
        return (monotonic() - self.start - due) * 1_000

    def seconds(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.start

    def _send(self, due: Due, sender: Sender) -> float:
        reply = sender.post(due.body)
        with self._reporting:
            late = self.since(due.due)
            self._answered(Answered(due, reply.status, late, reply.refusal, reply.turned_away, reply.limited))
        return 0.0
