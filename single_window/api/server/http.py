"""The HTTP channel's listener: waitress on a socket that is ours, which never keeps more of a body than is of use.

What the body of a request holds beyond the limit is counted and dropped, so that the application can refuse it with
its size and its beginning; errors of the protocol itself are answered in JSON too. No client keeps the others waiting:
neither by being slow, nor by many connections, large bodies or polls that wait (ADR 28).
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

from single_window.api.server.http_connection import channel_class
from single_window.api.server.http_limits import Limits
from single_window.api.server.http_loop import Loop
from single_window.api.server.http_pools import Pool
from single_window.api.server.http_serving import (
    COMPUTING_THREADS,
    COMPUTING_WAITING,
    LARGE_THREADS,
    LARGE_WAITING,
    Serving,
    Tasks,
)
from single_window.clock import monotonic

THREADS = 16
"""Requests that are served at the same time, besides polls that wait and large bodies."""
LARGEST_ANSWER = 1_000_000_000
"""Bytes of answers that wait for a client to take them (in a file) before the thread that makes them waits too."""
HEADROOM = 64
"""Connections beyond the limit that are accepted, so that one that is idle can make room for them."""
POLLS_ENDING = 16
"""Threads for polls beyond those that may wait: for the answers of those that wait no more."""
MOST_READ = 8_000_000_000
"""Bytes of a body that are read and dropped at most; a longer one is cut off."""
LOOK_EVERY = 0.5
"""Seconds between two looks at connections whose clients take too long."""
NEVER = 1_000_000_000
"""Seconds after which waitress itself closes an idle connection: it goes by the wall clock, which may be set, and does
not look at what has just come."""
LAST_TURNS = 3
"""Looks at the connections when nobody is let in any more: what has arrived on them is in hand, and is read."""
FINISHING = 10.0
"""Seconds that requests in hand have to end when the listener stops."""


OTHER_PORT = (
    "Stop what uses it, or choose another with --port (--port 0 takes any free one; SINGLE_WINDOW_PORT sets "
    "it for good)."
)
OTHER_HOST = "Choose an address of this machine with --host (SINGLE_WINDOW_HOST sets it for good)."


class PortInUse(Exception):
    """The port is taken, or may not be used, or the host is none of this machine; the text says what to do."""

    permanent = True

    def __init__(self, host: str, port: int, why: str, remedy: str = OTHER_PORT) -> None:
        super().__init__(f"Port {port} on {host} {why}. {remedy}")
        self.host, self.port = host, port


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens on a host and port (0: any free one); raises `PortInUse`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
    except (OSError, UnicodeError) as error:
        raise PortInUse(host, port, f"cannot be had: {host!r} is no address ({error})", OTHER_HOST) from None
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
            errno.EADDRNOTAVAIL: "cannot be had: this machine has no such address",
        }.get(error.errno or 0)
        remedy = OTHER_HOST if error.errno == errno.EADDRNOTAVAIL else OTHER_PORT
        raise PortInUse(host, port, why or f"cannot be had: {error}", remedy) from None
    return bound


def url_of(bound: socket.socket) -> str:
    """The address at which a browser on this machine finds what listens on a socket."""
    host, port = bound.getsockname()[:2]
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        host = "127.0.0.1" if address.version == 4 else "::1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _server(application: Any, bound: socket.socket, sockets: dict[int, Any], threads: int, limits: Limits) -> Any:
    """waitress on a bound socket, with the limits that it keeps itself."""
    return create_server(
        application,
        map=sockets,
        sockets=[bound],
        threads=threads,
        ident="single-window",
        expose_tracebacks=False,
        max_request_body_size=MOST_READ,
        clear_untrusted_proxy_headers=False,  # they tell who came through a proxy; nothing else is believed of them
        connection_limit=limits.connections + HEADROOM,
        outbuf_high_watermark=LARGEST_ANSWER,
        channel_timeout=NEVER,
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
    ) -> None:
        """`may_wait` decides by path and query which GET may wait: so many `polls` do so in threads of their own.
        `computes` decides by path and size which POST is computed in a process, and waits for it in others."""
        # more requests than threads is what a queue is for, not news
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._map: dict[int, Any] = {}
        self._stopping = Event()
        self._next_look = 0.0
        granted = (limits or Limits()).within_open_files()
        serving = Serving(
            most_kept=most_kept,
            limits=granted,
            may_wait=may_wait,
            computes=computes,
            polls=Pool("poll", polls + POLLS_ENDING),
            large=Pool("large", LARGE_THREADS, LARGE_WAITING),
            computing=Pool("computing", COMPUTING_THREADS, COMPUTING_WAITING),
            aside=Pool("aside", 1, granted.connections),
        )
        pools = (serving.polls, serving.large, serving.aside, serving.computing)
        self._pools = [pool for pool in pools if pool is not None]
        self._server = _server(application, bound, self._map, threads, granted)
        self._server.task_dispatcher = Tasks(self._server.task_dispatcher, serving)
        self._loop = Loop(self._map, self._server)
        self._server.channel_class = channel_class(serving, self._loop)
        self._thread = Thread(target=self._run, name="http", daemon=True)

    @property
    def alive(self) -> bool:
        """True if it answers."""
        return self._thread.is_alive()

    def start(self) -> Listener:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Accept nothing more, let requests in hand end, and close."""
        self._stopping.set()
        if self._thread.ident is None:
            self._close()
        elif self._thread.is_alive():
            with suppress(OSError):  # it may have seen the flag, and closed everything, before it is woken
                self._server.pull_trigger()
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._turn(1.0)
        self._server.accepting = False
        self._loop.forget(self._server.socket.fileno())
        self._server.del_channel()
        for _ in range(LAST_TURNS):
            self._turn(0.02)
        self._server.socket.close()
        # a request may have come behind one that is only now answered: its connection is read again after that
        quiet, until = 0, monotonic() + FINISHING
        while quiet < LAST_TURNS and monotonic() < until:
            self._turn(0.02)
            quiet = 0 if self._busy() else quiet + 1
        self._close()

    def _close(self) -> None:
        for pool in self._pools:
            pool.close()
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._map)
        self._loop.close()

    def _turn(self, timeout: float) -> None:
        self._loop.turn(timeout)
        now = monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_EVERY
            for channel in list(self._server.active_channels.values()):
                channel.look_after(now)

    def _busy(self) -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in self._server.active_channels.values())
