"""The HTTP listener: waitress on a bound socket, with limits for bodies, connections and time.

A body beyond the limit is counted and dropped, so that the application can refuse it with its size and beginning.
Protocol errors are answered in JSON too. No client delays others by slowness, many connections, large bodies or waiting
polls (ADR 28).
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from single_window.api.server.connection import channel_class
from single_window.api.server.groups import GroupAnswerer, RequestGroups
from single_window.api.server.limits import Limits
from single_window.api.server.loop import Loop
from single_window.api.server.pools import Pool
from single_window.api.server.serving import (
    COMPUTING_THREADS,
    COMPUTING_WAITING,
    LARGE_THREADS,
    LARGE_WAITING,
    Serving,
    Tasks,
)
from single_window.clock import monotonic

THREADS = 16
"""Number of requests served at the same time, not counting waiting polls and large bodies."""
MAX_BUFFERED_BYTES = 1_000_000_000
"""Maximum bytes of answers buffered (in a file) for a slow client; above it, the writing thread waits."""
EXTRA_CONNECTIONS = 64
"""Connections accepted beyond the limit, for which idle connections are closed."""
EXTRA_POLL_THREADS = 16
"""Threads for polls beyond the waiting ones, to answer those that have finished waiting."""
MAX_READ_BYTES = 8_000_000_000
"""Maximum bytes of a body that are read and dropped; then the connection is closed."""
CHECK_INTERVAL_SECONDS = 0.5
"""Seconds between two checks for slow clients."""
WAITRESS_TIMEOUT_SECONDS = 1_000_000_000
"""Disables waitress' own timeout of idle connections, which uses the wall clock and ignores unread input."""
FINAL_TURNS = 3
"""Turns of the loop after the last connection was accepted, to read requests that have already arrived."""
SHUTDOWN_SECONDS = 10.0
"""Maximum seconds for current requests to end when the listener stops."""


OTHER_PORT = (
    "Stop what uses it, or choose another with --port (--port 0 takes any free one; SINGLE_WINDOW_PORT sets "
    "it for good)."
)
OTHER_HOST = "Choose an address of this machine with --host (SINGLE_WINDOW_HOST sets it for good)."


class PortInUse(Exception):
    """The port is in use or forbidden, or the host is not an address of this machine; the text says what to do."""

    permanent = True

    def __init__(self, host: str, port: int, why: str, remedy: str = OTHER_PORT) -> None:
        super().__init__(f"Port {port} on {host} {why}. {remedy}")
        self.host, self.port = host, port


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a host and port (0: any free one); raises `PortInUse`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
    except (OSError, UnicodeError) as error:
        raise PortInUse(host, port, f"is not available: {host!r} is not an address ({error})", OTHER_HOST) from None
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(1_024)
    except OSError as error:
        bound.close()
        why = {
            errno.EADDRINUSE: "is in use by another program",
            errno.EACCES: "needs more rights than this user has",
            errno.EADDRNOTAVAIL: "is not available: this machine has no such address",
        }.get(error.errno or 0)
        remedy = OTHER_HOST if error.errno == errno.EADDRNOTAVAIL else OTHER_PORT
        raise PortInUse(host, port, why or f"is not available: {error}", remedy) from None
    return bound


def url_of(bound: socket.socket) -> str:
    """Return the URL at which this machine reaches a listening socket."""
    host, port = bound.getsockname()[:2]
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        host = "127.0.0.1" if address.version == 4 else "::1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _server(application: Any, bound: socket.socket, sockets: dict[int, Any], threads: int, limits: Limits) -> Any:
    """Return a waitress server on a bound socket, with its own limits."""
    return create_server(
        application,
        map=sockets,
        sockets=[bound],
        threads=threads,
        ident="single-window",
        expose_tracebacks=False,
        max_request_body_size=MAX_READ_BYTES,
        clear_untrusted_proxy_headers=False,  # needed to detect proxies; otherwise ignored
        connection_limit=limits.connections + EXTRA_CONNECTIONS,
        outbuf_high_watermark=MAX_BUFFERED_BYTES,
        channel_timeout=WAITRESS_TIMEOUT_SECONDS,
    )


def _serving(
    most_kept: int,
    limits: Limits,
    may_wait: Callable[[str, str], bool],
    computes: Callable[[str, int], bool],
    polls: Pool,
    groups: RequestGroups | None,
) -> Serving:
    """Return the settings of the connections, with a pool of threads for each kind of request that takes long."""
    return Serving(
        most_kept=most_kept,
        limits=limits,
        may_wait=may_wait,
        computes=computes,
        polls=polls,
        large=Pool("large", LARGE_THREADS, LARGE_WAITING),
        computing=Pool("computing", COMPUTING_THREADS, COMPUTING_WAITING),
        overload=Pool("overload", 1, limits.connections),
        groups=groups,
    )


class Listener:
    """Serves a WSGI application on a bound socket from `start` until `stop`; closes the socket."""

    def __init__(
        self,
        application: Any,
        bound: socket.socket,
        most_kept: int,
        threads: int = THREADS,
        limits: Limits | None = None,
        may_wait: Callable[[str, str], bool] = lambda path, query: False,
        polls: int = 0,
        computes: Callable[[str, int], bool] = lambda path, size: False,
        in_groups: GroupAnswerer | None = None,
    ) -> None:
        """`may_wait(path, query)` tells whether a GET may wait; up to `polls` of them wait in separate threads.

        `computes(path, size)` tells whether a POST is computed in another process; separate threads wait for it.
        `in_groups` answers the requests that it takes in groups; None: the application answers all."""
        # no warnings about queued requests: they are normal
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._map: dict[int, Any] = {}
        self._stopping = Event()
        self._next_check = 0.0
        granted = (limits or Limits()).within_open_files()
        self._groups = None if in_groups is None else RequestGroups(in_groups, self._pass_on)
        polling = Pool("poll", polls + EXTRA_POLL_THREADS)
        serving = _serving(most_kept, granted, may_wait, computes, polling, self._groups)
        pools = (serving.polls, serving.large, serving.overload, serving.computing)
        self._pools = [pool for pool in pools if pool is not None]
        self._server = _server(application, bound, self._map, threads, granted)
        self._dispatcher = self._server.task_dispatcher
        self._server.task_dispatcher = Tasks(self._dispatcher, serving)
        self._loop = Loop(self._map, self._server)
        self._server.channel_class = channel_class(serving, self._loop)
        self._thread = Thread(target=self._run, name="http", daemon=True)

    @property
    def alive(self) -> bool:
        """True if the listener's thread runs."""
        return self._thread.is_alive()

    def start(self) -> Listener:
        """Start the listener's threads."""
        if self._groups is not None:
            self._groups.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop accepting, let current requests end, and close."""
        self._stopping.set()
        if self._thread.ident is None:
            self._close()
        elif self._thread.is_alive():
            with suppress(OSError):  # the thread may already have closed everything
                self._server.pull_trigger()
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._turn(1.0)
        self._server.accepting = False
        self._loop.forget(self._server.socket.fileno())
        self._server.del_channel()
        for _ in range(FINAL_TURNS):
            self._turn(0.02)
        self._server.socket.close()
        # a pipelined request is only read after the one before it has been answered
        quiet, until = 0, monotonic() + SHUTDOWN_SECONDS
        while quiet < FINAL_TURNS and monotonic() < until:
            self._turn(0.02)
            quiet = 0 if self._busy() else quiet + 1
        self._close()

    def _pass_on(self, channel: Any) -> None:
        """Give a connection's request to the threads of the application."""
        self._dispatcher.add_task(channel)

    def _close(self) -> None:
        if self._groups is not None:
            self._groups.close()
        for pool in self._pools:
            pool.close()
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._map)
        self._loop.close()

    def _turn(self, timeout: float) -> None:
        self._loop.turn(timeout)
        now = monotonic()
        if now >= self._next_check:
            self._next_check = now + CHECK_INTERVAL_SECONDS
            for channel in list(self._server.active_channels.values()):
                channel.close_if_overdue(now)

    def _busy(self) -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in self._server.active_channels.values())
