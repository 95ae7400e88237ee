"""Runs jobs in parallel; jobs that share a name run in order, without holding up others."""

from __future__ import annotations

from collections.abc import Callable, Collection
from heapq import heappop, heappush
from itertools import count
from math import inf
from queue import SimpleQueue
from threading import Condition, Thread
from typing import Any, Generic, Protocol, TypeVar

from single_window.clock import monotonic

MAX_UNFINISHED = 10_000
"""Limit of unfinished jobs, which bounds memory; `put` blocks at the limit."""


class Closing(Protocol):
    """The resources of one thread, such as a connection."""

    def close(self) -> None:
        """Release it."""


T = TypeVar("T", bound=Closing)
Work = Callable[[Any], float]
"""A job: called with the thread's resources; returns the seconds after which to call it again, 0 when it is done."""


class _Job:
    """A job, its names, the jobs that wait for it, and the number of jobs it waits for."""

    __slots__ = ("after", "before", "names", "work")

    def __init__(self, names: frozenset[str], work: Work) -> None:
        self.names, self.work, self.before = names, work, 0
        self.after: list[_Job] = []


class Lanes(Generic[T]):
    """A pool of threads that grows on demand up to a limit."""

    def __init__(self, max_threads: int, opened: Callable[[], T]) -> None:
        """Create a pool of at most `max_threads` threads; `opened` makes the resources of each thread."""
        self._max_threads, self._opened, self._threads = max_threads, opened, 0
        self._changed = Condition()
        self._ready: SimpleQueue[_Job | None] = SimpleQueue()
        self._last: dict[str, _Job] = {}
        self._repeats: list[tuple[float, int, _Job]] = []
        self._number = count()
        self._unfinished = self._started = 0
        self._failed: list[BaseException] = []
        self._closed = False

    def put(self, names: Collection[str], work: Work) -> bool:
        """Queue a job behind earlier jobs that share a name; return whether it can start at once.

        Raises what an earlier job raised."""
        with self._changed:
            self._wait_for(lambda: self._unfinished < MAX_UNFINISHED)
            job = _Job(frozenset(names), work)
            for name in job.names:
                if (before := self._last.get(name)) is not None:
                    before.after.append(job)
                    job.before += 1
                self._last[name] = job
            self._unfinished += 1
            if not job.before:
                self._start(job)
            return not job.before

    def wait(self, until: float) -> None:
        """Wait until a time of the monotonic clock; raises what a job raised."""
        with self._changed:
            self._wait_for(lambda: False, until)

    def finish(self) -> None:
        """Wait until all jobs are done; raises what a job raised."""
        with self._changed:
            self._wait_for(lambda: not self._unfinished)

    def close(self) -> None:
        """End the threads; jobs that were not started are dropped."""
        with self._changed:
            self._closed = True
            for _ in range(self._threads):
                self._ready.put(None)

    def _wait_for(self, enough: Callable[[], bool], until: float = inf) -> None:
        """Wait for a condition and meanwhile restart jobs that are due again. The caller holds the lock."""
        while True:
            now = monotonic()
            while self._repeats and self._repeats[0][0] <= now:
                self._start(heappop(self._repeats)[2])
            if self._failed:
                raise self._failed[0]
            if enough() or now >= until:
                return
            next_ = min(until, self._repeats[0][0] if self._repeats else inf)
            self._changed.wait(None if next_ == inf else next_ - now)

    def _start(self, job: _Job) -> None:
        self._started += 1
        self._ready.put(job)
        if self._started > self._threads < self._max_threads and not self._closed:
            self._threads += 1
            Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        own = self._opened()
        try:
            while (job := self._ready.get()) is not None and not self._closed:
                pause = 0.0
                try:
                    pause = job.work(own)
                except BaseException as error:
                    self._failed.append(error)
                with self._changed:
                    self._started -= 1
                    self._done(job, pause)
        finally:
            own.close()

    def _done(self, job: _Job, pause: float) -> None:
        if pause:
            heappush(self._repeats, (monotonic() + pause, next(self._number), job))
            self._changed.notify_all()
            return
        for name in job.names:
            if self._last[name] is job:
                del self._last[name]
        for follower in job.after:
            follower.before -= 1
            if not follower.before:
                self._start(follower)
        self._unfinished -= 1
        if not self._unfinished or self._unfinished == MAX_UNFINISHED - 1 or self._failed:
            self._changed.notify_all()
