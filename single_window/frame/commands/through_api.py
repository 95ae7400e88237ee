"""Commands that call the API: of the window at `--url`, else of the window that runs on the data folder, else in this
process on the data folder."""

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
from single_window.data_lock import holder
from single_window.frame.commands.call import MAIN_SANDBOX, Call, Failure
from single_window.settings import is_loopback
from single_window_client import CallRefused, NotReachable, SandboxClient, WindowClient
from single_window_client.calls import Caller, Transport

Command: TypeAlias = Callable[..., Any]
LOCAL = "http://localhost"
LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
"""Wildcard address -> the loopback address at which a window bound to it is reached from its own machine."""
AS = click.option(
    "--as",
    "account",
    metavar="ACCOUNT",
    help="Without --url: act with this account and its rights [default: operator, with all rights].",
)


PARTICIPANT = click.option(
    "--participant",
    metavar="CODE",
    help="Act for this participant, who may change its own cases, instead of as an officer.",
)


def address(function: Command) -> Command:
    """Decorate a command with the options that select the window to call."""
    url = click.option("--url", metavar="URL", help="Call this window over HTTP, e.g. http://127.0.0.1:8642.")
    key = click.option("--key", default="", metavar="KEY", help="With --url: a key, or NAME:PASSWORD of an account.")
    return url(key(function))


def through_api(function: Command) -> Command:
    """Decorate a command: add `--url`, `--key` and `--as`, and pass a client of the sandbox after its call. To be
    placed below `@command`."""

    @address
    @AS
    @functools.wraps(function)
    def chosen(call: Call, *args: Any, url: str | None, key: str, account: str | None, **options: Any) -> Any:
        if url and account:
            raise click.UsageError("--as is for the data folder; with --url, use --key.")
        if account and options.get("participant"):
            raise click.UsageError("Either --as or --participant.")
        with client(call, url or "", key, account or "") as sandbox:
            return function(call, sandbox, *args, **options)

    return chosen


def with_or_without_data(function: Command) -> Command:
    """Decorate a command: without a database, it runs on a temporary empty one. To be placed between `@command` and
    `@through_api`."""

    @functools.wraps(function)
    def chosen(call: Call, *args: Any, url: str | None, **options: Any) -> Any:
        if url or call.settings.database or (call.settings.data / "window.sqlite3").exists():
            return function(call, *args, url=url, **options)
        with TemporaryDirectory() as folder:
            settings = replace(call.settings, data=Path(folder), broker="", readers=0)
            temporary = replace(call, settings=settings, sandbox=MAIN_SANDBOX, without=call.settings.data)
            from single_window.frame.commands import on_data  # imported late: a running window needs none of it

            with on_data.window(temporary):
                pass
            return function(temporary, *args, url=url, **options)

    return chosen


def at_running_window(function: Command) -> Command:
    """Decorate a command as `through_api` does, but only for a running window; fails if none runs. To be placed below
    `@command`."""

    @address
    @functools.wraps(function)
    def chosen(call: Call, *args: Any, url: str | None, key: str, **options: Any) -> Any:
        with at_window(call, _demand_window(call, url or "", key)) as sandbox:
            return function(call, sandbox, *args, **options)

    return chosen


def _demand_window(call: Call, url: str, key: str) -> Caller:
    caller = running_window(call, url, key)
    if caller is None:
        raise Failure(
            f"No window works on {call.settings.data.resolve()}. Start one with: single-window run, or name one "
            "with --url URL"
        )
    return caller


def client(call: Call, url: str = "", key: str = "", account: str = "") -> AbstractContextManager[SandboxClient]:
    """Return a client of the call's sandbox at the selected window; refused calls fail the command."""
    return at_window(call, _caller(call, url, key, account))


def _caller(call: Call, url: str, key: str, account: str) -> Caller:
    return running_window(call, url, key, account) or Caller(LOCAL, transport=_InThisProcess(call, account))


def running_window(call: Call, url: str, key: str, account: str = "") -> Caller | None:
    """Return the window of another process to call: at `url`, else the one that runs on the data folder; None if none
    runs."""
    return Caller(url, key) if url else _running(call, account)


@contextmanager
def at_window(call: Call, caller: Caller) -> Iterator[SandboxClient]:
    """Yield a client of the call's sandbox at a window; refused calls fail the command."""
    with WindowClient.of(caller) as window:
        try:
            yield window.sandbox(call.sandbox)
        except CallRefused as refused:
            raise Failure(refused.text(call.language)) from refused
        except NotReachable as away:
            raise Failure(str(away)) from away


def pages(sandbox: SandboxClient, path: str, query: Mapping[str, Any], by: str = "after") -> Iterator[dict[str, Any]]:
    """Yield the answers of a call, page by page: `next` of one is what the field `by` of the next query has."""
    following = query.get(by)
    while True:
        page: dict[str, Any] = sandbox.call("GET", path, query={**query, by: following})
        yield page
        following = page["next"]
        if following is None:
            return


def _running(call: Call, account: str) -> Caller | None:
    """Return the window that runs on the call's data folder, called as its owner; None if it is not reachable from this
    machine."""
    running = holder(call.settings.data)
    url, proof = _loopback_url(running.url) if running else "", owner_headers(call.settings.data, account)
    return Caller(url, headers=proof) if url and proof else None


def _loopback_url(url: str) -> str:
    """Return an address with its loopback host; empty if it is not reachable through the loopback interface."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in LOOPBACK_OF:
        return urlunsplit((parts.scheme, f"{LOOPBACK_OF[host]}:{parts.port}", "", "", ""))
    return url if is_loopback(host) else ""


class _InThisProcess:
    """A transport that calls the application in this process. It is imported at the first call, because importing takes
    longer than a call of a running window."""

    def __init__(self, call: Call, account: str) -> None:
        self._call, self._account = call, account
        self._made: Transport | None = None

    def request(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Any:
        """Return the application's answer."""
        if self._made is None:
            module = import_module("single_window.frame.commands.in_this_process")
            self._made = module.InThisProcess(self._call, self._account)
        return self._made.request(method, url, body=body, headers=headers)

    def clear(self) -> None:
        """Close the data."""
        if self._made is not None:
            self._made.clear()
