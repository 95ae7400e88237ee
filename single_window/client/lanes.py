"""Does many jobs side by side, in order where they share a name: who follows waits, and holds up nobody else."""

from __future__ import annotations

from collections.abc import Callable, Collection
from heapq import heappop, heappush
from itertools import count
from math import inf
from queue import SimpleQueue
from threading import Condition, Thread
from typing import Any, Generic, Protocol, TypeVar

from single_window.clock import monotonic

MOST_WAITING = 10_000
"""Jobs that may wait: whoever gives more waits himself, so that memory has an end."""


class Closing(Protocol):
    """The resources of each lane, such as a connection."""

    def close(self) -> None:
        """Let go of it."""


T = TypeVar("T", bound=Closing)
Work = Callable[[Any], float]
"""A job: called with what its lane has of its own; gives after how many seconds it is to be called again, 0: it is
done."""


class _Job:
    """A job, the names that it shares with others, those that wait for it, and how many it waits for."""

    __slots__ = ("after", "before", "names", "work")

    def __init__(self, names: frozenset[str], work: Work) -> None:
        self.names, self.work, self.before = names, work, 0
        self.after: list[_Job] = []


class Lanes(Generic[T]):
    """Threads that do what they are given. There are as many as are needed at a time, up to a number."""

    def __init__(self, most: int, opened: Callable[[], T]) -> None:
        """`opened` makes what each lane has of its own."""
        self._most, self._opened, self._threads = most, opened, 0
        self._changed = Condition()
        self._ready: SimpleQueue[_Job | None] = SimpleQueue()
        self._last: dict[str, _Job] = {}
        self._again: list[tuple[float, int, _Job]] = []
        self._number = count()
        self._open = self._begun = 0
        self._failed: list[BaseException] = []
        self._closed = False

    def put(self, names: Collection[str], work: Work) -> bool:
        """Have a job done as soon as those before it that share a name are; whether it can begin at once. Raises what
        an earlier one raised."""
        with self._changed:
            self._serve(lambda: self._open < MOST_WAITING)
            job = _Job(frozenset(names), work)
            for name in job.names:
                if (before := self._last.get(name)) is not None:
                    before.after.append(job)
                    job.before += 1
                self._last[name] = job
            self._open += 1
            if not job.before:
                self._begin(job)
            return not job.before

    def wait(self, until: float) -> None:
        """Return at an instant of the monotonic clock; raises what a job raised."""
        with self._changed:
            self._serve(lambda: False, until)

    def finish(self) -> None:
        """Return when all is done; raises what a job raised."""
        with self._changed:
            self._serve(lambda: not self._open)

    def close(self) -> None:
        """Let the threads end; what was not begun is dropped."""
        with self._changed:
            self._closed = True
            for _ in range(self._threads):
                self._ready.put(None)

    def _serve(self, enough: Callable[[], bool], until: float = inf) -> None:
        """Wait for something; meanwhile begin again what is to be done again. The lock is held by the caller."""
        while True:
            now = monotonic()
            while self._again and self._again[0][0] <= now:
                self._begin(heappop(self._again)[2])
            if self._failed:
                raise self._failed[0]
            if enough() or now >= until:
                return
            next_ = min(until, self._again[0][0] if self._again else inf)
            self._changed.wait(None if next_ == inf else next_ - now)

    def _begin(self, job: _Job) -> None:
        self._begun += 1
        self._ready.put(job)
        if self._begun > self._threads < self._most and not self._closed:
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
                    self._begun -= 1
                    self._done(job, pause)
        finally:
            own.close()

    def _done(self, job: _Job, pause: float) -> None:
        if pause:
            heappush(self._again, (monotonic() + pause, next(self._number), job))
            self._changed.notify_all()
            return
        for name in job.names:
            if self._last[name] is job:
                del self._last[name]
        for follower in job.after:
            follower.before -= 1
            if not follower.before:
                self._begin(follower)
        self._open -= 1
        if not self._open or self._open == MOST_WAITING - 1 or self._failed:
            self._changed.notify_all()
