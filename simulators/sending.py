"""Sends messages over HTTP by a timetable that waits for nobody: what is late counts from when it should have gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Lock, Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from simulators.entry import monotonic
from simulators.entry.places import credentials

ACCEPTED = 202
SENDERS = 32
"""Connections that send: more than a window that keeps up ever needs at a time."""
TIMEOUT_SECONDS = 60


MOST_SAID = 65_536
"""Bytes of a refusal that are kept."""


class Due(NamedTuple):
    """A message and when it is to be sent, in seconds after the start; `place` is the sender's own name for it."""

    body: bytes
    due: float
    place: int = 0


class Answered(NamedTuple):
    """How a message was answered: its status (0: no answer), the milliseconds since it was due, what a refusal said."""

    sent: Due
    status: int
    late: float
    said: bytes = b""


def connection_to(url: str) -> HTTPConnection:
    """A connection to the address; nothing is sent yet."""
    address = urlsplit(url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    return kind(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)


class Timetable:
    """Messages with their instants, and senders who keep to them; begins when `run` is called."""

    def __init__(
        self, url: str, sandbox: str, messages: Iterable[Due], answered: Callable[[Answered], None], key: str = ""
    ) -> None:
        """`answered` is called, by one sender at a time, with what became of each message."""
        self._url, self._next, self._answered = url, iter(messages), answered
        self._headers = {"Content-Type": "application/xml", "X-Sandbox": sandbox, **credentials(key)}
        self._taking, self._telling, self._stopped = Lock(), Lock(), Event()
        self._failed: list[BaseException] = []
        self.start = 0.0

    def run(self, senders: int = SENDERS) -> float:
        """Send everything; gives the seconds that it took. Interrupted, it sends nothing more."""
        self.start = monotonic() + 0.5
        threads = [Thread(target=self._send, daemon=True) for _ in range(senders)]
        for one in threads:
            one.start()
        try:
            for one in threads:
                one.join()
        finally:
            self._stopped.set()
        if self._failed:
            raise self._failed[0]
        return monotonic() - self.start

    def since(self, due: float) -> float:
        """Milliseconds since an instant of the timetable."""
        return (monotonic() - self.start - due) * 1_000

    def seconds(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.start

    def _send(self) -> None:
        connection = connection_to(self._url)
        try:
            while (one := self._taken()) is not None:
                self._stopped.wait(max(0.0, -self.since(one.due) / 1_000))
                if self._stopped.is_set():
                    break
                status, said = self._posted(connection, one.body)
                with self._telling:
                    self._answered(Answered(one, status, self.since(one.due), said))
        except BaseException as error:
            self._failed.append(error)
            self._stopped.set()
        finally:
            connection.close()

    def _posted(self, connection: HTTPConnection, body: bytes) -> tuple[int, bytes]:
        try:
            connection.request("POST", "/api/v1/messages", body, self._headers)
            answer = connection.getresponse()
            said = answer.read()
            return answer.status, b"" if answer.status == ACCEPTED else said[:MOST_SAID]
        except (OSError, HTTPException):
            connection.close()
            return 0, b""

    def _taken(self) -> Due | None:
        with self._taking:
            return next(self._next, None)
