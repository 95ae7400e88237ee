"""API calls as a person to the WSGI application of a window in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from werkzeug.test import Client

from single_window.accounts.people import OPERATOR, Person
from single_window.api.app import create_app
from single_window.frame.http.callers import PERSON
from single_window.intake.admission_queue import AdmissionQueue
from single_window.receipts.changes import Changes
from single_window.wiring import Window
from single_window_client import SandboxClient
from single_window_client.calls import Caller

ADDRESS = "http://in-this-process"


class ApplicationAnswer(NamedTuple):
    """An answer of the application."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class PersonTransport:
    """A client transport that calls the application as a given person, without authentication."""

    def __init__(self, client: Client, person: Person) -> None:
        self._client, self._person = client, person

    def request(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> ApplicationAnswer:
        """The response to a call."""
        parts = urlsplit(url)
        answer = self._client.open(
            parts.path,
            method=method,
            query_string=parts.query,
            data=body,
            headers=dict(headers),
            environ_base={PERSON: self._person},
        )
        return ApplicationAnswer(answer.status_code, dict(answer.headers), answer.data)

    def clear(self) -> None:
        """Does nothing."""


class WindowApplication:
    """The API application of a window, without pages, for callers in this process.

    With the `changes` of workers of this process, calls wait for what the gateways answer, as over HTTP; without,
    decisions are filed for whoever works later.
    """

    def __init__(self, window: Window, changes: Changes | None = None) -> None:
        self._client = Client(create_app(window, AdmissionQueue(window), console=False, changes=changes))

    def sandbox(self, name: str, person: Person = OPERATOR) -> SandboxClient:
        """A client of a sandbox as a person, by default the operator."""
        return SandboxClient(Caller(ADDRESS, transport=PersonTransport(self._client, person)), name)

    def desk(self, sandbox: str, role: str) -> SandboxClient:
        """A client of a sandbox as an officer in a role; nobody else has his name."""
        return self.sandbox(sandbox, Person(role, role))
