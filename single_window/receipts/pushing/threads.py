"""Threads for external receivers: one thread for a receiver at a time, separate groups by behaviour.

A receiver is sound, slow (its response took long) or ailing (it failed). A call that takes long no longer counts
towards its group's limit, so that receivers that suddenly become slow do not delay others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

from single_window.clock import monotonic
from single_window.store.failures import is_transient
from single_window.store.sandboxes import ABSENT

SLOW_SECONDS = 1.0
"""Seconds after which a receiver counts as slow."""
EXTRA_THREADS = 64
"""Additional threads for sound receivers whose calls take long."""
MAX_QUEUED = 2
"""Maximum queued receivers per thread."""
T = TypeVar("T")


def is_mistake(error: Exception) -> bool:
    """True if an error that ended a call to a receiver is this program's own: the database is not away, and the sandbox
    was not deleted or reset meanwhile."""
    return not isinstance(error, ABSENT) and not is_transient(error)


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
    """Thread groups: `sound` threads for sound receivers, as many for slow ones, and `ailing` threads."""

    def __init__(self, name: str, sound: int, ailing: int) -> None:
        self._groups: tuple[_ThreadGroup[T], ...] = tuple(
            _ThreadGroup(ThreadPoolExecutor(size + beside, name), size * MAX_QUEUED, {})
            for size, beside in ((sound, EXTRA_THREADS), (sound, 0), (ailing, 0))
        )

    def begin(self, receiver: Hashable, behaviour: Behaviour, work: Callable[[], T]) -> bool:
        """Start `work` for a receiver; False: it is being served, or the group is full."""
        group, long_ago = self._groups[behaviour], monotonic() - SLOW_SECONDS
        counted = group.busy.values()
        if behaviour is Behaviour.SOUND and len(counted) < group.most + EXTRA_THREADS:
            counted = [served for served in counted if served.since > long_ago]  # type: ignore[assignment]
        if len(counted) >= group.most or any(receiver in other.busy for other in self._groups):
            return False
        group.busy[receiver] = _Served(group.threads.submit(work), monotonic())
        return True

    def ended(self) -> Iterator[T]:
        """The results of finished calls."""
        for group in self._groups:
            for receiver in [receiver for receiver, served in group.busy.items() if served.future.done()]:
                yield group.busy.pop(receiver).future.result()

    @property
    def busy(self) -> int:
        """Number of receivers being served."""
        return sum(len(group.busy) for group in self._groups)

    def close(self) -> None:
        """Finish running calls; drop queued ones."""
        for group in self._groups:
            group.threads.shutdown(wait=True, cancel_futures=True)
