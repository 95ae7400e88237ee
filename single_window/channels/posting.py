"""An HTTP connection to a webhook's receiver: only to checked addresses, with a total time limit, reading little.

No redirects, proxies, cookies or decompression. urllib3 does HTTP and TLS; a timer cuts the connection when the time
for one message is over, even if the receiver sends its response byte by byte.

urllib3's connections without its pools connect to a checked address while certificate and SNI keep the name;
`http.client` verifies names only of the host to which it connects. A name is resolved once a round, and one internal
address of it is enough to refuse. The look-up itself has no limit but the resolver's.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from http.client import HTTPException
from threading import Timer

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from single_window.channels.addresses import PushTarget
from single_window.channels.push_answers import NoAnswer, PushAnswer
from single_window.clock import monotonic

MAX_BYTES_READ = 4_096
"""Maximum bytes read of a response body; if there are more, the connection is closed."""
_FAILURES = (HTTPError, HTTPException, OSError, ValueError)


@cache
def system_trust() -> ssl.SSLContext:
    """The system's trusted certificate authorities, cached because loading them takes 60 ms."""
    return ssl.create_default_context()


class PushConnection:
    """Posts to a target at its first reachable address; keeps the connection between messages.

    `timeout`: total seconds for one message, including connecting and the response.
    """

    def __init__(self, target: PushTarget, addresses: Sequence[str], timeout: float, trust: ssl.SSLContext) -> None:
        self._target, self._addresses, self._timeout, self._trust = target, addresses, timeout, trust
        self._connection: HTTPConnection | None = None

    def post(self, body: bytes, headers: Mapping[str, str]) -> PushAnswer:
        """Send one message and return the response; raises `NoAnswer`."""
        until = monotonic() + self._timeout
        try:
            connection = self._connected(until)
            # pass the socket, because an HTTP/1.0 response detaches it from the connection
            with _cut_off(connection.sock, until):
                connection.request(
                    "POST",
                    self._target.path,
                    body,
                    {"Host": self._target.netloc, **headers},
                    preload_content=False,
                    decode_content=False,
                )
                return self._answer(connection, until)
        except _FAILURES as error:
            self.close()
            why = f"within {self._timeout:g} s" if monotonic() >= until else f"({_message(error)})"
            raise NoAnswer(f"no answer {why}") from error

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self, until: float) -> HTTPConnection:
        """The open connection, else a new one to the first reachable address."""
        if self._connection is not None and self._connection.is_connected:
            self._connection.timeout = _seconds_left(until)
            return self._connection
        self.close()
        for address in self._addresses:
            try:
                return self._connect(address, until)
            except _FAILURES:
                self.close()
                if address == self._addresses[-1]:
                    raise
        raise ValueError(f"{self._target.host} has no address")

    def _connect(self, address: str, until: float) -> HTTPConnection:
        half = _seconds_left(until) / 2  # half of the time for TCP, half for TLS
        if self._target.scheme == "https":
            self._connection = HTTPSConnection(
                address,
                self._target.port,
                timeout=half,
                ssl_context=self._trust,
                server_hostname=self._target.host,
                assert_hostname=self._target.host,
            )
        else:
            self._connection = HTTPConnection(address, self._target.port, timeout=half)
        self._connection.connect()
        self._connection.timeout = _seconds_left(until)
        return self._connection

    def _answer(self, connection: HTTPConnection, until: float) -> PushAnswer:
        response = connection.getresponse()
        if monotonic() >= until:
            raise TimeoutError  # http.client treats a cut connection as the end of the headers
        beginning = b""
        with suppress(*_FAILURES):  # the status is valid even if the body cannot be read
            beginning = response.read(MAX_BYTES_READ)
        if not response.isclosed():
            response.close()
            self.close()
        return PushAnswer(response.status, response.headers.get("Location", ""), beginning)


def _seconds_left(until: float) -> float:
    return max(0.01, until - monotonic())


@contextmanager
def _cut_off(connected: socket.socket, until: float) -> Iterator[None]:
    """Shut a socket down when the time is over, even during a blocking operation."""

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    watch = Timer(_seconds_left(until), cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _message(error: Exception) -> str:
    """The innermost cause, because outer messages contain memory addresses of objects."""
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    return f"{type(error).__name__}: {error}"
