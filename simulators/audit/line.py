"""A connection over HTTP that is made again when it is lost, and never raises: no answer is an answer too."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

TIMEOUT = 60.0
"""Seconds that a connection waits for an answer before it counts as lost."""


class Answer(NamedTuple):
    """What came back: status (0: nothing did), headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """A connection to a window that is made again when it is lost; one thread uses it at a time."""

    def __init__(self, url: str, sandbox: str) -> None:
        self._address = urlsplit(url)
        self._headers = {"X-Sandbox": sandbox}
        self._connection: HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """One attempt."""
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/xml"}
        try:
            if self._connection is None:
                self._connection = HTTPConnection(self._address.hostname or "", self._address.port, timeout=TIMEOUT)
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return Answer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())
        except (OSError, HTTPException):
            self.close()
            return Answer(0, {}, b"")

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
