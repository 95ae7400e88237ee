"""The I/O thread of a RabbitMQ connection: heartbeats, callbacks, reconnecting with backoff."""

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
logging.getLogger("pika").setLevel(logging.CRITICAL)  # the connection manager logs its errors
read_safely()
BACKOFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before each attempt to reconnect; the last value applies to all further attempts."""
CLOSE_TIMEOUT_SECONDS = 2.0
"""Seconds for the broker's close handshake."""


def backoff_seconds(failures: int) -> float:
    """Seconds to wait after a number of consecutive failures."""
    return BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)]


class ConnectionListener(Protocol):
    """Receives changes of the connection's state, on the I/O thread."""

    def connected(self, connection: SelectConnection) -> None:
        """The connection is open."""

    def lost(self, error: Exception) -> None:
        """Connecting failed, or the connection was lost; it will be retried."""

    def blocked(self, reason: str) -> None:
        """The broker blocks publishers for this reason; empty: it does not any more."""


class IOThread:
    """One thread with an event loop and one connection at a time. Only `call` and `close` are thread-safe."""

    def __init__(self, parameters: Parameters, listener: ConnectionListener, name: str) -> None:
        self._parameters, self._listener = parameters, listener
        self._loop = IOLoop()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._connection: SelectConnection | None = None
        self._failures = 0
        self._ending = False
        self.call(self._connect)
        self._thread.start()

    def call(self, what: Callable[[], None]) -> None:
        """Run a callback soon on the I/O thread; never after `close`."""
        self._loop.add_callback_threadsafe(what)

    def call_later(self, seconds: float, what: Callable[[], None]) -> None:
        """Run a callback after `seconds`, unless closed by then; call this on the I/O thread."""
        self._loop.call_later(seconds, what)

    def close(self) -> None:
        """Close the connection and end the thread; returns within seconds even if the broker does not respond."""
        self.call(self._close_connection)
        self._thread.join(CLOSE_TIMEOUT_SECONDS + 3)

    def _run(self) -> None:
        while not self._ending:
            try:
                self._loop.start()
            except Exception:  # an error of a callback must not end the thread
                log.exception("broker.thread")
                Event().wait(BACKOFF_SECONDS[0])
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
        except Exception as error:  # for example no free thread or file descriptor: transient
            self._retry_later(error)
            return
        self._connection.add_on_connection_blocked_callback(self._on_blocked)
        self._connection.add_on_connection_unblocked_callback(lambda *_: self._listener.blocked(""))

    def _on_open(self, connection: SelectConnection) -> None:
        self._failures = 0
        self._listener.connected(connection)

    def _on_close(self, connection: SelectConnection, error: Exception) -> None:
        if connection is not self._connection:
            return
        self._connection = None
        if self._ending:
            self._loop.stop()
            return
        self._retry_later(error)

    def _retry_later(self, error: Exception) -> None:
        self._listener.lost(error)
        self.call_later(backoff_seconds(self._failures), self._connect)
        self._failures += 1

    def _on_blocked(self, _: SelectConnection, frame: Method[Connection.Blocked]) -> None:
        self._listener.blocked(frame.method.reason or "no reason given")

    def _close_connection(self) -> None:
        self._ending = True
        self.call_later(CLOSE_TIMEOUT_SECONDS, self._loop.stop)
        if self._connection is None:
            self._loop.stop()
        elif not self._connection.is_closing:
            self._connection.close()
