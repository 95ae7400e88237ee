"""Sends messages over HTTP by a fixed timetable; latency is measured from when a message was due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlsplit

from urllib3.util.wait import wait_for_read

from single_window.clock import monotonic
from single_window.sending.ordered_jobs import Lanes
from single_window_client.calls import LIMITED, PREFIX, TURNED_AWAY, credentials, pause_of

ACCEPTED = 202
SENDERS = 256
"""Limit of connections, which are opened on demand."""
TIMEOUT_SECONDS = 60
REFUSAL_BYTES = 65_536
"""Limit of the stored part of a refusal."""


class TimedMessage(NamedTuple):
    """A message and its time in seconds after the start; `place` is an id that the caller assigns."""

    body: bytes
    due: float
    place: int = 0


class SentAnswer(NamedTuple):
    """The answer to a message: status (0: no answer), milliseconds since it was due, body of a refusal.

    With a `Retry-After`: `turned_away`, the window was too busy (503); `limited`, the sender exceeded its limit
    (429)."""

    sent: TimedMessage
    status: int
    late: float
    refusal: bytes = b""
    turned_away: bool = False
    limited: bool = False


class Reply(NamedTuple):
    """An answer to a message: status (0: none), body of a refusal, and the seconds after which to retry."""

    status: int
    refusal: bytes = b""
    pause: float = 0.0

    @property
    def turned_away(self) -> bool:
        """Return True if the window was too busy and named a time for the next attempt."""
        return self.status == TURNED_AWAY and self.pause > 0

    @property
    def limited(self) -> bool:
        """Return True if the sender exceeded its limit and received a time for the next attempt."""
        return self.status == LIMITED and self.pause > 0


class ApiAnswer(NamedTuple):
    """An HTTP answer: status (0: none), headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def pause(self) -> float:
        """Return the seconds after which to retry, from `Retry-After` of 429 and 503; 0: do not retry."""
        return pause_of(self.status, self.headers.get("retry-after", ""))


class ApiConnection:
    """A kept-open connection to a sandbox that is reopened when lost; for one thread at a time.

    Requests never raise: a missing answer has status 0.
    """

    def __init__(self, url: str, sandbox: str, key: str = "", timeout: float = TIMEOUT_SECONDS) -> None:
        address = urlsplit(url)
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        self._connection = kind(address.hostname or "", address.port, timeout=timeout)
        self._prefix = address.path.rstrip("/")
        self._headers = {"X-Sandbox": sandbox, **credentials(key)}

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> ApiAnswer:
        """Make one attempt at a path below the window's address; a body is XML unless `headers` say otherwise."""
        content = {} if body is None else {"Content-Type": "application/xml"}
        try:
            # between two requests, only the end of the connection is readable
            if self._connection.sock is not None and wait_for_read(self._connection.sock, timeout=0.0):
                self._connection.close()
            sent = {**self._headers, **content, **(headers or {})}
            self._connection.request(method, self._prefix + path, body, sent)
            answer = self._connection.getresponse()
            return ApiAnswer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())
        except (OSError, HTTPException):
            self._connection.close()
            return ApiAnswer(0)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Sender(ApiConnection):
    """A connection that posts messages to a sandbox one at a time."""

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Post a message; a connection that the server has closed is reopened."""
        answer = self.request("POST", f"{PREFIX}/messages", body, headers)
        if answer.status == ACCEPTED:
            return Reply(ACCEPTED)
        return Reply(answer.status, answer.body[:REFUSAL_BYTES], answer.pause)


class Timetable:
    """Messages with their times, and the senders that post them on time; starts with `run`."""

    def __init__(
        self,
        url: str,
        sandbox: str,
        messages: Iterable[TimedMessage],
        answered: Callable[[SentAnswer], None],
        key: str = "",
    ) -> None:
        """Create a timetable; `answered` is called with each answer, by one sender at a time."""
        self._messages, self._answered, self._reporting = messages, answered, Lock()
        self._opened = partial(Sender, url, sandbox, key)
        self.start = 0.0

    def run(self, senders: int = SENDERS) -> float:
        """Send everything and return the seconds taken. Interrupted, it sends nothing more."""
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
        """Return the milliseconds since a time of the timetable."""
        return (monotonic() - self.start - due) * 1_000

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return monotonic() - self.start

    def _send(self, due: TimedMessage, sender: Sender) -> float:
        reply = sender.post(due.body)
        with self._reporting:
            late = self.since(due.due)
            self._answered(SentAnswer(due, reply.status, late, reply.refusal, reply.turned_away, reply.limited))
        return 0.0
