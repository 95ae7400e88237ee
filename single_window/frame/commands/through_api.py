"""Commands that are calls of the API: at the window that `--url` names, else at the one that runs on the data folder,
else in this process on the data folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from urllib.parse import urlsplit, urlunsplit

import click

from single_window.accounts.folder_secrets import owner_headers
from single_window.client import CallRefused, NotReachable, SandboxClient, WindowClient
from single_window.client.calls import Caller, Transport
from single_window.data_lock import holder
from single_window.frame.commands.call import MAIN_SANDBOX, Call, Failure
from single_window.settings import is_loopback

Command: TypeAlias = Callable[..., Any]
LOCAL = "http://localhost"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
"""Addresses of all interfaces, and how a window that is bound to them is reached from its own machine."""
AS = click.option(
    "--as",
    "account",
    metavar="ACCOUNT",
    help="Without --url: act with this account and its rights [default: operator, who may do everything].",
)


PARTICIPANT = click.option(
    "--participant",
    metavar="CODE",
    help="Act for this participant, who may change what is his own, instead of as an officer.",
)


def address(function: Command) -> Command:
    """The options that choose which window is called."""
    url = click.option("--url", metavar="URL", help="Do it at this window over HTTP, e.g. http://127.0.0.1:8642.")
    key = click.option("--key", default="", metavar="KEY", help="With --url: a key, or NAME:PASSWORD of an account.")
    return url(key(function))


def through_api(function: Command) -> Command:
    """Gives a command `--url`, `--key` and `--as`, and, behind its call, a client of the sandbox. Stands under
    `@command`."""

    @address
    @AS
    @functools.wraps(function)
    def chosen(call: Call, *args: Any, url: str | None, key: str, account: str | None, **options: Any) -> Any:
        if url and account:
            raise click.UsageError("--as is for the data folder; with --url the key says who asks.")
        if account and options.get("participant"):
            raise click.UsageError("Either --as or --participant.")
        with client(call, url or "", key, account or "") as sandbox:
            return function(call, sandbox, *args, **options)

    return chosen


def with_or_without_data(function: Command) -> Command:
    """Gives a command, where there are no data yet, an empty window that is gone afterwards. Stands under `@command`,
    above `@through_api`."""

    @functools.wraps(function)
    def chosen(call: Call, *args: Any, url: str | None, **options: Any) -> Any:
        if url or call.settings.database or (call.settings.data / "window.sqlite3").exists():
            return function(call, *args, url=url, **options)
        with TemporaryDirectory() as folder:
            settings = replace(call.settings, data=Path(folder), broker="", readers=0)
            alone = replace(call, settings=settings, sandbox=MAIN_SANDBOX)
            with alone.window():
                pass
            return function(alone, *args, url=url, **options)

    return chosen


def at_running_window(function: Command) -> Command:
    """Gives a command `--url`, `--key` and a client, as `through_api`, of a window that runs; fails where none does.
    Stands under `@command`."""

    @address
    @functools.wraps(function)
    def chosen(call: Call, *args: Any, url: str | None, key: str, **options: Any) -> Any:
        caller = elsewhere(call, url or "", key)
        if caller is None:
            raise Failure(
                f"No window works on {call.settings.data.resolve()}. Start one with: single-window run, or name one "
                "with --url URL"
            )
        with at_window(call, caller) as sandbox:
            return function(call, sandbox, *args, **options)

    return chosen


def client(call: Call, url: str = "", key: str = "", account: str = "") -> AbstractContextManager[SandboxClient]:
    """A client of the call's sandbox, wherever its window is: what is refused there fails the command."""
    return at_window(call, _caller(call, url, key, account))


def _caller(call: Call, url: str, key: str, account: str) -> Caller:
    return elsewhere(call, url, key, account) or Caller(LOCAL, transport=_InThisProcess(call, account))


def elsewhere(call: Call, url: str, key: str, account: str = "") -> Caller | None:
    """The window of another process that a call is for: the one at the address, else the one that runs on the data
    folder; None where none does."""
    return Caller(url, key) if url else _running(call, account)


@contextmanager
def at_window(call: Call, caller: Caller) -> Iterator[SandboxClient]:
    """A client of the call's sandbox at a window: what is refused there fails the command."""
    with WindowClient.of(caller) as window:
        try:
            yield window.sandbox(call.sandbox)
        except CallRefused as refused:
            raise Failure(refused.text(call.language)) from refused
        except NotReachable as away:
            raise Failure(str(away)) from away


def _running(call: Call, account: str) -> Caller | None:
    """The window that runs on the call's data folder, called as its owner; None where none answers to this machine."""
    running = holder(call.settings.data)
    url, proof = _here(running.url) if running else "", owner_headers(call.settings.data, account)
    return Caller(url, headers=proof) if url and proof else None


def _here(url: str) -> str:
    """An address as this machine reaches it by its loopback interface; empty where that is not possible."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in EVERYWHERE:
        return urlunsplit((parts.scheme, f"{EVERYWHERE[host]}:{parts.port}", "", "", ""))
    return url if is_loopback(host) else ""


class _InThisProcess:
    """Carries calls to the application in this process, which is imported at the first one: importing it takes longer
    than a call of a running window."""

    def __init__(self, call: Call, account: str) -> None:
        self._call, self._account = call, account
        self._made: Transport | None = None

    def request(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Any:
        """The application's answer."""
        if self._made is None:
            module = import_module("single_window.frame.commands.in_this_process")
            self._made = module.InThisProcess(self._call, self._account)
        return self._made.request(method, url, body=body, headers=headers)

    def clear(self) -> None:
        """Let go of the data."""
        if self._made is not None:
            self._made.clear()
