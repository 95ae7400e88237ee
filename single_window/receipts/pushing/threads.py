"""Threads for receivers that are not ours: each has one at a time, and none keeps those of another kind waiting.

A receiver is sound, slow (he answered, after a while), or ailing (he failed). Whoever takes long does not count among
those that may be served at a time, so that many that begin to be slow at once delay nobody either."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

from single_window.clock import monotonic

LONG = 1.0
"""Seconds after which a receiver takes long."""
BESIDE = 64
"""Threads besides, for sound receivers that begin to take long."""
AHEAD = 2
"""Receivers that wait for each thread at most."""
T = TypeVar("T")


class Behaviour(IntEnum):
    """The behaviour of a receiver at the last attempt."""

    SOUND = 0
    SLOW = 1
    AILING = 2


class _Served(NamedTuple, Generic[T]):
    future: Future[T]
    since: float


class _ThreadGroup(NamedTuple, Generic[T]):
    threads: ThreadPoolExecutor
    most: int
    busy: dict[Hashable, _Served[T]]


class ReceiverThreads(Generic[T]):
    """So many `sound` and `ailing` threads; the slow have as many as the sound."""

    def __init__(self, name: str, sound: int, ailing: int) -> None:
        self._groups: tuple[_ThreadGroup[T], ...] = tuple(
            _ThreadGroup(ThreadPoolExecutor(size + beside, name), size * AHEAD, {})
            for size, beside in ((sound, BESIDE), (sound, 0), (ailing, 0))
        )

    def begin(self, receiver: Hashable, behaviour: Behaviour, work: Callable[[], T]) -> bool:
        """Serve a receiver; False, and it is not done: he is being served, or there is no room."""
        group, long_ago = self._groups[behaviour], monotonic() - LONG
        counted = group.busy.values()
        if behaviour is Behaviour.SOUND and len(counted) < group.most + BESIDE:
            counted = [served for served in counted if served.since > long_ago]  # type: ignore[assignment]
        if len(counted) >= group.most or any(receiver in other.busy for other in self._groups):
            return False
        group.busy[receiver] = _Served(group.threads.submit(work), monotonic())
        return True

    def ended(self) -> Iterator[T]:
        """The results of those that are not served any more."""
        for group in self._groups:
            for receiver in [receiver for receiver, served in group.busy.items() if served.future.done()]:
                yield group.busy.pop(receiver).future.result()

    @property
    def busy(self) -> int:
        """Receivers that are being served."""
        return sum(len(group.busy) for group in self._groups)

    def close(self) -> None:
        """Finish what has begun; what waits for a thread is dropped."""
        for group in self._groups:
            group.threads.shutdown(wait=True, cancel_futures=True)
