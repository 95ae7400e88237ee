"""Signals that stop a process. The programs that only work import this without the HTTP server."""

from __future__ import annotations

import signal
import threading
from queue import SimpleQueue
from typing import Any

import structlog

log = structlog.get_logger(__name__)
SIGNAL_POLL_SECONDS = 1.0
"""Seconds between two checks of the main thread for signals."""


def stop_by_signal() -> threading.Event:
    """An event that is set by the first SIGINT or SIGTERM; a second one ends the process. Main thread only."""
    stopping, signals = threading.Event(), SimpleQueue[int]()

    def _on_signal(number: int, _frame: Any) -> None:
        # the interrupted code may hold the lock of the event or the log, so use neither here
        signal.signal(number, signal.SIG_DFL)
        signals.put(number)

    def _stop() -> None:
        log.info("stopping", signal=signal.Signals(signals.get()).name)
        stopping.set()

    threading.Thread(target=_stop, name="signals", daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _on_signal)
    return stopping


def wait_for_signal(stopping: threading.Event, interval: float = SIGNAL_POLL_SECONDS) -> None:
    """Wait for the event of `stop_by_signal`. Main thread only.

    Wakes up every `interval` seconds, because Python would not run the handler of a signal that arrives just before the
    thread sleeps.
    """
    while not stopping.wait(interval):
        pass
