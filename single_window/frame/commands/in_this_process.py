"""Carries calls to the application itself, on the data folder of a command, where no window runs that could answer."""

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
"""The module of the application, which stands above all commands of subjects."""
DECIDED = f"{PREFIX}/cases/"
"""The paths of calls about what is there already: they begin no data folder, as what is handed in or imported does."""
WAITING = frozenset({"wait", "timeout"})
"""Fields of a query that lets a call wait until something has been done."""


class ProcessAnswer(NamedTuple):
    """An answer of the application in this process."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class Worked:
    """The source of changes where nobody else works: who waits for a change does the work itself, once."""

    def __init__(self, call: Call, window: Window) -> None:
        self._call, self._window = call, window
        self.generation, self.closing = 0, False
        self.failure: Exception | None = None

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        """Do what is filed; True."""
        try:
            self._call.work(self._window)
        except Exception as error:
            self.failure = error
        self.closing = True
        return True


class InThisProcess:
    """Carries calls to the application on a command's data, made by whoever owns them: the operator, or with `account`
    somebody with that account's rights.

    The data are opened at the first call: to be read where it only reads, else to be worked on, which takes the lock.
    What was filed is done before they are closed, where nobody else works on them.
    """

    def __init__(self, call: Call, account: str = "") -> None:
        self._call, self._account = call, account
        self._open = ExitStack()
        self._window: Window | None = None
        self._works = False
        self._clients: dict[str, Client] = {}

    def request(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> ProcessAnswer:
        """The answer; raises what made the work fail that it waited for."""
        parts = urlsplit(url)
        if method == "DELETE" or parts.path.startswith(DECIDED):
            self._call.need_data()
        self._need(works=method not in {"GET", "HEAD"} or not WAITING.isdisjoint(parse_qs(parts.query)))
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
        """Let go of the data."""
        self._open.close()
        self._window = None
        self._clients.clear()

    def _need(self, works: bool) -> None:
        if self._window is not None and (self._works or not works):
            return
        self.clear()
        opened = on_data.window(self._call) if works else on_data.looking(self._call)
        self._window = window = self._open.enter_context(opened)
        self._works = works
        self._worked = Worked(self._call, window)
        self._admission = AdmissionQueue(window)
        if works:
            if self._call.running_url is None:
                self._open.callback(window.settle)
            self._admission.start()
            self._open.callback(self._admission.stop)
        self._person: Person = keeping.find(window.engine, self._account).person if self._account else OPERATOR

    def _client(self, path: str) -> Client:
        """A client of the application with the calls that a path belongs to: importing all takes longer than a call."""
        application = import_module(APPLICATION)
        room = application.room_of(path)
        if room not in self._clients:
            made = application.create_app(self._window, self._admission, console=False, changes=self._worked, room=room)
            self._clients[room] = Client(made)
        return self._clients[room]
