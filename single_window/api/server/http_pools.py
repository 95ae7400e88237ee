"""Threads of their own for requests that would keep the others waiting: polls that wait, and large bodies."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Lock
from traceback import format_exc

import structlog

log = structlog.get_logger(__name__)


class Pool:
    """At most so many `threads` work at a time and so many requests wait for one; a thread is started when needed."""

    def __init__(self, name: str, threads: int, waiting: int = 0) -> None:
        self._executor = ThreadPoolExecutor(threads, name)
        self._room = BoundedSemaphore(threads + waiting)

    def submit(self, work: Callable[[], None]) -> bool:
        """Have work done; False, and it is not done: there is no room, or the pool is closed."""
        if not self._room.acquire(blocking=False):
            return False
        try:
            self._executor.submit(self._run, work)
        except RuntimeError:
            self._room.release()
            return False
        return True

    def close(self) -> None:
        """Begin nothing more; what is in hand goes on."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            log.error("request.failed", reason=repr(error)[:300], traceback=format_exc())
        finally:
            self._room.release()


class WaitingCallers:
    """The callers that wait for a thread, and since when, in the order of coming. For any thread."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}
        self._lock = Lock()

    def begin(self, who: int, now: float) -> None:
        """Somebody waits from now on."""
        with self._lock:
            self._since[who] = now

    def end(self, who: int) -> None:
        """Somebody waits no more."""
        with self._lock:
            self._since.pop(who, None)

    def longest(self, now: float) -> float:
        """Seconds that the first has waited by now, which whoever comes now must expect to wait; 0: nobody waits."""
        with self._lock:
            return now - next(iter(self._since.values()), now)
