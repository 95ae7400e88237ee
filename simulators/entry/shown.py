"""Serves the window of a session over HTTP in this process, for people to look at, with accounts of its officers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from socket import socket

from simulators.entry import SETTLE_TIMEOUT_SECONDS, SandboxSession
from single_window.accounts import keeping
from single_window.accounts.folder_secrets import SESSION_KEY, folder_secret
from single_window.api.server.listener import bind
from single_window.process.serving import Server
from single_window.process.signals import stop_by_signal, wait_for_signal
from single_window.settings import Settings, check_names


@contextmanager
def bind_port(settings: Settings) -> Iterator[socket]:
    """Bind the configured port, before a day is played. Raises `PortInUse`, and `WrongSetting` for a network without
    host names.
    """
    check_names(settings)
    bound = bind(settings.host, settings.port)
    try:
        yield bound
    finally:
        bound.close()


def logins(session: SandboxSession) -> list[tuple[str, str, str]]:
    """(role, name, password) of an account for each role; creates missing ones."""
    window = session.window
    return [
        (account.role, account.name, account.password)
        for account in keeping.demo_accounts(window.engine, folder_secret(window.settings.data, SESSION_KEY))
    ]


def serve(session: SandboxSession, bound: socket, announce: Callable[[str], None]) -> None:
    """Serve the window on a bound port until SIGINT or SIGTERM."""
    stopping = stop_by_signal()
    with Server(session.window, bound) as server:
        session.lock.publish(server.url)
        announce(server.url)
        wait_for_signal(stopping)


def _wait_until_settled(session: SandboxSession, server: Server) -> None:
    """Wait until no work is left, in the server's worker or in other processes."""
    if session.window.receives:
        server.runtime.wait_until_settled(SETTLE_TIMEOUT_SECONDS)
    else:
        session.settle()


@contextmanager
def serve_on_free_port(session: SandboxSession) -> Iterator[tuple[str, Callable[[], None]]]:
    """Serve the window over HTTP on a free port; returns its address, and a function that waits until no work is
    left.
    """
    with Server(session.window, bind("127.0.0.1", 0), folders=False) as server:
        yield server.url, partial(_wait_until_settled, session, server)
