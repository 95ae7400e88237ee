"""Ends a process whose worker hangs: a thread checks how long each lease is held.

If the hanging code holds the GIL, so that this thread cannot run, a timer of `faulthandler` logs the traceback and ends
the process a little later.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import traceback
from collections.abc import Callable
from threading import Event, Thread

import structlog

from single_window.clock import monotonic
from single_window.work.held_leases import HeldLease, held

log = structlog.get_logger(__name__)
CHECK_SECONDS = 0.5
"""Seconds between two checks."""
ENDING_SECONDS = 15.0
"""Seconds for the current batch after the end of the process was requested."""
EXIT_CODE = 75
"""Exit code of a process ended this way: an attempt is counted for its batch, and another process continues."""


class WorkDeadline:
    """Supervises the workers of this process from `start` until `stop`, and calls `end` if one takes too long.

    `end` must end the process at once, without returning or waiting.
    """

    def __init__(self, seconds: float, end: Callable[[], None], ending: float = ENDING_SECONDS) -> None:
        self._seconds, self._end, self._ending = seconds, end, ending
        self._every = min(CHECK_SECONDS, seconds / 4)
        self._ages: dict[tuple[str, float], float] = {}
        self._end_requested, self._stopping = Event(), Event()
        self._thread = Thread(target=self._run, name="work-deadline", daemon=True)

    def start(self) -> WorkDeadline:
        """Start supervising."""
        self._set_timer()
        self._thread.start()
        return self

    def request_end(self) -> None:
        """Shorten the time limit of the current batch, because the process is ending."""
        self._ages.clear()
        self._seconds, self._end = min(self._seconds, self._ending), leave
        self._end_requested.set()

    def stop(self) -> None:
        """Stop supervising."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        last = monotonic()
        while not self._stopping.wait(self._every):
            self._set_timer()
            # do not count time during which the process was stopped or the machine slept
            passed, last = min(monotonic() - last, 2 * self._every), monotonic()
            self._check(passed)
        faulthandler.cancel_dump_traceback_later()

    def _set_timer(self) -> None:
        """Restart the `faulthandler` timer; it fires if the interpreter is blocked."""
        if sys.__stderr__ is not None:
            faulthandler.dump_traceback_later(self._seconds + 2 * self._every, file=sys.__stderr__, exit=True)

    def _check(self, passed: float) -> None:
        leases = {(lease.lease.worker, lease.since): lease for lease in held()}
        self._ages = {key: self._ages.get(key, 0.0) + passed for key in leases}
        for key, age in self._ages.items():
            if age > self._seconds:
                _log_hung(leases[key], age, self._end_requested.is_set())
                self._end()


def _log_hung(hung: HeldLease, age: float, stopping: bool) -> None:
    frame = sys._current_frames().get(hung.thread)
    log.error(
        "worker.hung",
        queue=hung.lease.queue,
        deliveries=hung.lease.deliveries[:20],
        count=len(hung.lease.deliveries),
        seconds=round(age, 1),
        stopping=stopping,
        traceback="".join(traceback.format_stack(frame)) if frame else "",
    )


def leave() -> None:
    """End this process at once; its supervisor restarts it."""
    sys.stderr.flush()
    os._exit(EXIT_CODE)
