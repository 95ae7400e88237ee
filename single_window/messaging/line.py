"""The thread that owns the connection to RabbitMQ: it keeps it alive, and makes it anew when it was lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Protocol

import structlog
from pika.adapters.select_connection import IOLoop, SelectConnection
from pika.connection import Parameters
from pika.frame import Method
from pika.spec import Connection

from single_window.messaging.properties import read_safely

log = structlog.get_logger(__name__)
logging.getLogger("pika").setLevel(logging.CRITICAL)  # what it has to say, we say in our own words
read_safely()
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before trying again; the last one from then on."""
GRACE = 2.0
"""Seconds that the broker has to answer a goodbye."""


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return PAUSES[min(failures, len(PAUSES) - 1)]


class Tenant(Protocol):
    """Who uses the line; called on its thread."""

    def connected(self, connection: SelectConnection) -> None:
        """There is a connection."""

    def lost(self, error: Exception) -> None:
        """There is none, or none any more; another is tried for."""

    def blocked(self, reason: str) -> None:
        """The broker takes nothing, for this reason; empty: it does again."""


class Line:
    """One thread, one event loop, one connection at a time. Everything but `call` and `end` happens on that thread."""

    def __init__(self, parameters: Parameters, tenant: Tenant, name: str) -> None:
        self._parameters, self._tenant = parameters, tenant
        self._loop = IOLoop()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._connection: SelectConnection | None = None
        self._failures = 0
        self._ending = False
        self.call(self._connect)
        self._thread.start()

    def call(self, what: Callable[[], None]) -> None:
        """Do this on the line's thread, soon. After the end it is never done."""
        self._loop.add_callback_threadsafe(what)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Do this after a while, unless the line has ended; called on the line's thread."""
        self._loop.call_later(seconds, what)

    def end(self) -> None:
        """Say goodbye and end the thread; returns within seconds, whatever the broker does."""
        self.call(self._hang_up)
        self._thread.join(GRACE + 3)

    def _run(self) -> None:
        while not self._ending:
            try:
                self._loop.start()
            except Exception:  # whatever a callback did: the others need this thread
                log.exception("broker.thread")
                Event().wait(PAUSES[0])
        self._loop.close()

    def _connect(self) -> None:
        if self._ending:
            return
        try:
            self._connection = SelectConnection(
                self._parameters,
                on_open_callback=self._on_open,
                on_open_error_callback=self._on_close,
                on_close_callback=self._on_close,
                custom_ioloop=self._loop,
            )
        except Exception as error:  # no thread to look up the host, no descriptor left: it may pass
            self._try_later(error)
            return
        self._connection.add_on_connection_blocked_callback(self._on_blocked)
        self._connection.add_on_connection_unblocked_callback(lambda *_: self._tenant.blocked(""))

    def _on_open(self, connection: SelectConnection) -> None:
        self._failures = 0
        self._tenant.connected(connection)

    def _on_close(self, connection: SelectConnection, error: Exception) -> None:
        if connection is not self._connection:
            return
        self._connection = None
        if self._ending:
            self._loop.stop()
            return
        self._try_later(error)

    def _try_later(self, error: Exception) -> None:
        self._tenant.lost(error)
        self.later(pause(self._failures), self._connect)
        self._failures += 1

    def _on_blocked(self, _: SelectConnection, frame: Method[Connection.Blocked]) -> None:
        self._tenant.blocked(frame.method.reason or "no reason given")

    def _hang_up(self) -> None:
        self._ending = True
        self.later(GRACE, self._loop.stop)
        if self._connection is None:
            self._loop.stop()
        elif not self._connection.is_closing:
            self._connection.close()
