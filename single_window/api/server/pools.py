"""Separate threads for requests that would delay others: waiting polls, and large bodies."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Lock
from traceback import format_exc

import structlog

log = structlog.get_logger(__name__)


class Pool:
    """A pool of at most `threads` threads, started when needed, for which at most `waiting` requests wait."""

    def __init__(self, name: str, threads: int, waiting: int = 0) -> None:
        self._executor = ThreadPoolExecutor(threads, name)
        self._capacity = BoundedSemaphore(threads + waiting)

    def submit(self, work: Callable[[], None]) -> bool:
        """Submit work; False if the pool is full or closed."""
        if not self._capacity.acquire(blocking=False):
            return False
        try:
            self._executor.submit(self._run, work)
        except RuntimeError:
            self._capacity.release()
            return False
        return True

    def close(self) -> None:
        """Start no more work; current work continues."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            log.error("request.failed", reason=repr(error)[:300], traceback=format_exc())
        finally:
            self._capacity.release()


class WaitingCallers:
    """The callers that wait for a thread, and since when, in order of arrival. Thread-safe."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}
        self._lock = Lock()

    def begin(self, who: int, now: float) -> None:
        """Note that a caller waits."""
        with self._lock:
            self._since[who] = now

    def end(self, who: int) -> None:
        """Note that a caller does not wait any more."""
        with self._lock:
            self._since.pop(who, None)

    def longest(self, now: float) -> float:
        """Return the seconds that the first caller has waited, an estimate of a new caller's wait; 0: nobody waits."""
        with self._lock:
            return now - next(iter(self._since.values()), now)
