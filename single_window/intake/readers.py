"""Reader processes: parse messages while this process writes. Without them, messages are parsed in this process."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date

from single_window.intake.reading import Reading, read_bodies

BYTES_PER_TASK = 64_000
"""Approximate bytes of messages in one task of a reader process."""


class ReaderProcesses:
    """Parses messages in order, in `processes` other processes (0: in this one)."""

    def __init__(self, processes: int, cap: int, whole: bool = True) -> None:
        """`whole`: parse completely; else only as far as admission needs."""
        self._cap, self._whole = cap, whole
        self._pool = (
            ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("forkserver")) if processes else None
        )

    def read(
        self,
        bodies: Iterable[bytes],
        day: date,
        editions: Mapping[str, str],
        tolerant: Collection[str] = (),
        signing: str = "off",
        ahead: int = 64,
    ) -> Iterator[list[Reading]]:
        """Readings in groups, in the order of the bodies; at most `ahead` groups are in progress."""
        groups = _group_bodies(bodies)
        if self._pool is None:
            for group in groups:
                yield read_bodies(group, day, editions, self._cap, self._whole, tolerant, signing)
            return
        waiting: deque[Future[list[Reading]]] = deque()
        for group in groups:
            waiting.append(
                self._pool.submit(
                    read_bodies,
                    group,
                    day,
                    dict(editions),
                    cap=self._cap,
                    whole=self._whole,
                    tolerant=frozenset(tolerant),
                    signing=signing,
                )
            )
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _group_bodies(bodies: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Bodies in groups of about `BYTES_PER_TASK` bytes."""
    group: list[bytes] = []
    size = 0
    for body in bodies:
        group.append(body)
        size += len(body)
        if size >= BYTES_PER_TASK:
            yield group
            group, size = [], 0
    if group:
        yield group
