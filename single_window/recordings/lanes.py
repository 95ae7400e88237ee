"""Sends many messages at a time and keeps the order of each trade: who follows a message of his trade waits for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from threading import Condition, Thread


class Lanes:
    """Threads that do what they are given; what shares a name is done in the order in which it was given."""

    def __init__(self, lanes: int) -> None:
        self._changed = Condition()
        self._waiting: deque[tuple[frozenset[str], Callable[[], None]]] = deque()
        self._busy: list[frozenset[str]] = []
        self._failed: list[BaseException] = []
        self._closed = False
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(lanes)]
        for one in self._threads:
            one.start()

    def put(self, names: Collection[str], job: Callable[[], None]) -> None:
        """Have a job done soon; raises what an earlier one raised."""
        with self._changed:
            self._raise()
            self._waiting.append((frozenset(names), job))
            self._changed.notify()

    def finish(self) -> None:
        """Return when all is done; raises what a job raised."""
        with self._changed:
            self._changed.wait_for(lambda: self._failed or not (self._waiting or self._busy))
            self._raise()

    def close(self) -> None:
        """Let the threads end; what was not begun is dropped."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _raise(self) -> None:
        if self._failed:
            raise self._failed[0]

    def _work(self) -> None:
        while (taken := self._taken()) is not None:
            names, job = taken
            try:
                job()
            except BaseException as error:
                self._failed.append(error)
            with self._changed:
                self._busy.remove(names)
                self._changed.notify_all()

    def _taken(self) -> tuple[frozenset[str], Callable[[], None]] | None:
        with self._changed:
            while not self._closed:
                if (place := self._free()) is not None:
                    taken = self._waiting[place]
                    del self._waiting[place]
                    self._busy.append(taken[0])
                    return taken
                self._changed.wait()
            return None

    def _free(self) -> int | None:
        """The first job that no other of its names is done or waits before."""
        held: set[str] = set().union(*self._busy)
        for place, (names, _) in enumerate(self._waiting):
            if not names & held:
                return place
            held |= names
        return None
