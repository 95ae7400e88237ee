"""A transport that calls the WSGI application in this process, on the data folder of a command; used if no window
runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from importlib import import_module
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import Client

from single_window.accounts import keeping
from single_window.accounts.people import OPERATOR, Person
from single_window.frame.commands import on_data
from single_window.frame.commands.call import Call
from single_window.frame.http.callers import PERSON
from single_window.frame.http.ports import PREFIX
from single_window.intake.admission_queue import AdmissionQueue
from single_window.wiring import Window

APPLICATION = "single_window.api.app"
"""The module of the application, imported by name because it depends on the subjects."""
EXISTING_CASES = f"{PREFIX}/cases/"
"""Prefix of calls about existing cases: they never create a data folder, unlike submitting and importing."""
WAITING = frozenset({"wait", "timeout"})
"""Query parameters that make a call wait for processing."""


class ProcessAnswer(NamedTuple):
    """An answer of the application in this process."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class WorkOnWait:
    """A source of change notifications without other processes: waiting for a change processes pending work, once."""

    def __init__(self, call: Call, window: Window) -> None:
        self._call, self._window = call, window
        self.generation, self.closing = 0, False
        self.failure: Exception | None = None

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        """Process pending work; return True."""
        try:
            on_data.work(self._call, self._window)
        except Exception as error:
            self.failure = error
        self.closing = True
        return True


class InThisProcess:
    """Calls the application on a command's data, as the operator, or as `account` with that account's rights.

    The data are opened at the first call: read-only if it only reads, else with the lock on the folder. Pending work is
    processed before they are closed, unless other processes work on them.
    """

    def __init__(self, call: Call, account: str = "") -> None:
        self._call, self._account = call, account
        self._open = ExitStack()
        self._window: Window | None = None
        self._is_writable = False
        self._clients: dict[str, Client] = {}

    def request(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> ProcessAnswer:
        """Return the answer; raises the exception that processing failed with, if the call waited for it."""
        parts = urlsplit(url)
        if method == "DELETE" or parts.path.startswith(EXISTING_CASES):
            self._call.need_data()
        self._ensure_open(writable=method not in {"GET", "HEAD"} or not WAITING.isdisjoint(parse_qs(parts.query)))
        self._worked.closing = False
        answer = self._client(parts.path).open(
            parts.path,
            method=method,
            query_string=parts.query,
            data=body,
            headers=dict(headers),
            environ_base={PERSON: self._person},
        )
        if self._worked.failure is not None:
            raise self._worked.failure
        return ProcessAnswer(answer.status_code, dict(answer.headers), answer.data)

    def clear(self) -> None:
        """Close the data."""
        self._open.close()
        self._window = None
        self._clients.clear()

    def _ensure_open(self, writable: bool) -> None:
        if self._window is not None and (self._is_writable or not writable):
            return
        self.clear()
        opened = on_data.window(self._call) if writable else on_data.read_only(self._call)
        self._window = window = self._open.enter_context(opened)
        self._is_writable = writable
        self._worked = WorkOnWait(self._call, window)
        self._admission = AdmissionQueue(window)
        if writable:
            if self._call.running_url is None:
                self._open.callback(window.settle)
            self._admission.start()
            self._open.callback(self._admission.stop)
        self._person: Person = keeping.find(window.engine, self._account).person if self._account else OPERATOR

    def _client(self, path: str) -> Client:
        """Return a client of the application with only the calls of the path's segment: importing all takes longer."""
        application = import_module(APPLICATION)
        segment = application.segment_of(path)
        if segment not in self._clients:
            pages = segment in application.WITH_PAGES
            made = application.create_app(
                self._window, self._admission, console=pages, changes=self._worked, segment=segment
            )
            self._clients[segment] = Client(made)
        return self._clients[segment]
