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


class TimedMessage(NamedTuple):
    """A message and when it is to be sent, in seconds after the start; `place` is the sender's own name for it."""

    body: bytes
    due: float
    place: int = 0


class SentAnswer(NamedTuple):
    """The answer to a message: its status (0: no answer), the milliseconds since it was due, the body of a refusal.
    With a time after which it may come again: `turned_away`, the window was too busy (503); `limited`, the sender sent
    more than he may (429)."""

    sent: TimedMessage
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


class ApiAnswer(NamedTuple):
    """An answer as it came: status (0: none did), headers by their names in lower case, body."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def pause(self) -> float:
        """Seconds after which the same may be asked again: after 429 and 503 as `Retry-After` says; 0: it may not."""
        return pause_of(self.status, self.headers.get("retry-after", ""))


class ApiConnection:
    """A connection to a sandbox of a window, kept open and opened again when it is lost; one thread uses it at a time.

    It never raises: that no answer came is an answer too.
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
        """The answer to one attempt, at a path behind the window's address; a body is XML unless `headers` differ."""
        content = {} if body is None else {"Content-Type": "application/xml"}
        try:
            # nothing is to be read between two requests but the end
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
    """A connection that posts messages into a sandbox, one after the other."""

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Post a message; a connection that the other side has closed meanwhile is opened again."""
        answer = self.request("POST", f"{PREFIX}/messages", body, headers)
        if answer.status == ACCEPTED:
            return Reply(ACCEPTED)
        return Reply(answer.status, answer.body[:REFUSAL_BYTES], answer.pause)


class Timetable:
    """Messages with their instants, and senders who keep to them; begins when `run` is called."""

    def __init__(
        self,
        url: str,
        sandbox: str,
        messages: Iterable[TimedMessage],
        answered: Callable[[SentAnswer], None],
        key: str = "",
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

    def _send(self, due: TimedMessage, sender: Sender) -> float:
        reply = sender.post(due.body)
        with self._reporting:
            late = self.since(due.due)
            self._answered(SentAnswer(due, reply.status, late, reply.refusal, reply.turned_away, reply.limited))
        return 0.0
