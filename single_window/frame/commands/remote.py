"""Commands that work over HTTP: with `--url` on a window anywhere, without it on the data folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from single_window.client import CallRefused, NotReachable, SandboxClient, WindowClient
from single_window.data_lock import AlreadyRunning, DataLock
from single_window.frame.commands.call import Call, Failure

Command = Callable[..., Any]


def over_http(remote: Command) -> Callable[[Command], Command]:
    """Gives a command `--url` and `--key`: with an address, `remote` is called instead, with the call and a client of
    the sandbox, and the same arguments. Stands under `@command`."""

    def decorate(function: Command) -> Command:
        @address
        @functools.wraps(function)
        def chosen(call: Call, *args: Any, url: str | None, key: str, **options: Any) -> Any:
            if not url:
                return function(call, *args, **options)
            with connected(call, url, key) as sandbox:
                return remote(call, sandbox, *args, **options)

        return chosen

    return decorate


def address(function: Command) -> Command:
    """The options that choose which window is called."""
    url = click.option("--url", metavar="URL", help="Do it at this window over HTTP, e.g. http://127.0.0.1:8642.")
    key = click.option("--key", default="", metavar="KEY", help="With --url: a key, or NAME:PASSWORD of an account.")
    return url(key(function))


@contextmanager
def connected(call: Call, url: str, key: str) -> Iterator[SandboxClient]:
    """The sandbox of a call at an address; what is refused there fails the command."""
    with WindowClient(url, key) as client:
        try:
            yield client.sandbox(call.sandbox)
        except (CallRefused, NotReachable) as error:
            raise Failure(str(error)) from error


def running_at(call: Call) -> str:
    """Where the window answers that works on the call's data folder; fails where there is none."""
    if call.settings.data.is_dir():
        try:
            with DataLock(call.settings.data):
                pass
        except AlreadyRunning as busy:
            if busy.url:
                return busy.url
    raise Failure(
        f"No window works on {call.settings.data.resolve()}. Start one with: single-window run, or name one "
        "with --url URL"
    )
