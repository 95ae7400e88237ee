"""Clients that throw hostile requests at a window from several connections, and keep how each was answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from socket import create_connection, socket
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

from simulators.entry import monotonic
from tests.hostile.calls import Request
from tests.patience import PATIENCE

"""Seconds after which a whole request counts as not answered."""
HALF_OPEN = 200
"""Connections with an unfinished request that are kept open; above that the oldest is closed."""
EXAMPLES = 20
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@dataclass(slots=True)
class Thrown:
    """How hostile requests were answered so far."""

    count: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    """By status; 0: the connection ended without one."""
    wrong: list[str] = field(default_factory=list)
    """A server error that is no honest 503, or a whole request without an answer."""
    slowest: tuple[float, str] = (0.0, "")

    def note(self, request: Request, status: int, retry: bool, seconds: float) -> None:
        """One answer: its status, whether it says when to come again, and how long it took."""
        self.count += 1
        self.statuses[status] += 1
        self.slowest = max(self.slowest, (round(seconds, 2), request.kind))
        honest = status < 500 or (status == 503 and retry)
        if request.whole and (not status or not honest) and len(self.wrong) < EXAMPLES:
            self.wrong.append(f"{request.kind}: {status or 'no answer'} to {request.data[:200]!r}")


class Attackers:
    """So many threads; each takes the next request when its last one is answered. A context: it ends with its work
    done, or at `stop`."""

    def __init__(self, url: str, requests: Iterator[Request], threads: int = 6) -> None:
        address = urlsplit(url)
        self._address = (address.hostname or "", address.port or 80)
        self._requests, self._lock, self._stopping = requests, Lock(), Event()
        self._half_open: list[socket] = []
        self.thrown = Thrown()
        self._threads = [
            Thread(target=self._throw, name=f"attacker {number}", daemon=True) for number in range(threads)
        ]

    def start(self) -> Attackers:
        """Begin."""
        for thread in self._threads:
            thread.start()
        return self

    @property
    def done(self) -> bool:
        """Whether all was thrown."""
        return not any(thread.is_alive() for thread in self._threads)

    def finish(self) -> Thrown:
        """Wait until all is thrown and answered, then close what is half open."""
        for thread in self._threads:
            thread.join()
        for connection in self._half_open:
            connection.close()
        return self.thrown

    def stop(self) -> None:
        """End after the requests in hand."""
        self._stopping.set()
        self.finish()

    def _throw(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                request = next(self._requests, None)
            if request is None:
                return
            begun = monotonic()
            status, retry = self._answer(request)
            with self._lock:
                self.thrown.note(request, status, retry, monotonic() - begun)

    def _answer(self, request: Request) -> tuple[int, bool]:
        """The status, 0 where there is none, and whether a Retry-After came with it."""
        try:
            connection = create_connection(self._address, PATIENCE if request.whole else 0.5)
        except OSError:
            return 0, False
        with suppress(OSError):  # who refuses a body early may hang up while it is still being sent
            connection.sendall(request.data)
        head = b""
        with suppress(OSError):
            while b"\r\n\r\n" not in head and (part := connection.recv(65_536)):
                head += part
        self._put_away(connection, request)
        match = STATUS.match(head)
        return (int(match[1]) if match else 0), b"\r\nretry-after:" in head.lower()

    def _put_away(self, connection: socket, request: Request) -> None:
        if request.whole:
            connection.close()
            return
        with self._lock:
            self._half_open.append(connection)
            oldest = self._half_open.pop(0) if len(self._half_open) > HALF_OPEN else None
        if oldest is not None:
            oldest.close()
