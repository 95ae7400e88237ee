"""Commands that are calls of the API: at the window that `--url` names, else in this process on the data folder."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import click
from werkzeug.test import Client

from single_window.accounts import keeping
from single_window.accounts.people import OPERATOR, Person
from single_window.client import CallRefused, NotReachable, SandboxClient, WindowClient
from single_window.client.calls import Caller
from single_window.frame.commands.actors import AS
from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.remote import Command, address, connected
from single_window.frame.http.callers import PERSON
from single_window.intake.admission_queue import AdmissionQueue
from single_window.wiring import Window

APPLICATION = "single_window.api.app"
"""The module of the application, which stands above all commands of subjects."""
LOCAL = "http://localhost"


class Answer(NamedTuple):
    """An answer of the application in this process."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class Worked:
    """What a call waits for where nobody else works: the work itself, done once."""

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
    """Carries calls to the application of a window in this process, as somebody who owns the data."""

    def __init__(self, call: Call, window: Window, person: Person) -> None:
        self._worked = Worked(call, window)
        self._admission = AdmissionQueue(window).start()
        application = import_module(APPLICATION).create_app(
            window, self._admission, console=False, changes=self._worked
        )
        self._client, self._person = Client(application), person

    def request(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """The answer; raises what made the work fail that it waited for."""
        parts = urlsplit(url)
        self._worked.closing = False
        answer = self._client.open(
            parts.path,
            method=method,
            query_string=parts.query,
            data=body,
            headers=dict(headers),
            environ_base={PERSON: self._person},
        )
        if self._worked.failure is not None:
            raise self._worked.failure
        return Answer(answer.status_code, dict(answer.headers), answer.data)

    def clear(self) -> None:
        """Take nothing in any more."""
        self._admission.stop()


def through_api(function: Command) -> Command:
    """Gives a command `--url`, `--key` and `--as`, and, behind its call, a client of the sandbox. Stands under
    `@command`."""

    @address
    @AS
    @functools.wraps(function)
    def chosen(call: Call, *args: Any, url: str | None, key: str, account: str | None, **options: Any) -> Any:
        with _sandbox(call, url, key, account) as sandbox:
            return function(call, sandbox, *args, **options)

    return chosen


@contextmanager
def _sandbox(call: Call, url: str | None, key: str, account: str | None) -> Iterator[SandboxClient]:
    if url:
        if account:
            raise click.UsageError("--as is for the data folder; with --url the key says who asks.")
        with connected(call, url, key) as sandbox:
            yield sandbox
        return
    call.need_data()
    with call.window() as window:
        window.sandbox(call.sandbox)
        person = keeping.find(window.engine, account).person if account else OPERATOR
        with WindowClient.of(Caller(LOCAL, transport=InThisProcess(call, window, person))) as client:
            try:
                yield client.sandbox(call.sandbox)
            except (CallRefused, NotReachable) as error:
                raise Failure(str(error)) from error
