"""Run to completion: what a batch files for queues of the same process is handled in the batch's own transaction.

A list in the green lane passes five consumers. Called one after the other here, they need one commit instead of one
each, and no message is published for deliveries that are done already. A failure rolls all of it back, and the batch is
retried hop by hop (`worker.py`), so that only what fails by itself is retried later or parked.

Order is kept: what is filed for a queue in which something waits already waits behind it, for a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from single_window.clock import monotonic, system_now
from single_window.store import deliveries
from single_window.store.deliveries import COLUMNS, Delivery
from single_window.store.written import Writing, WrittenCounts
from single_window.work.injected import Poison

HOPS = 16
"""Consumers that one transaction calls at most: more than any trade needs, and an end for cycles."""


class DeliveryHandler(Protocol):
    """A consumer, as far as it is needed here (`single_window.work.worker.Consumer`)."""

    prepares: bool

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Handle deliveries as far as that needs no writing; gives a function that writes."""

    def forget(self) -> None:
        """A transaction was rolled back: drop what was cached of it."""


class HasConsumer(Protocol):
    """A worker of a queue."""

    @property
    def consumer(self) -> DeliveryHandler:
        """The consumer of its queue."""


class Hop(NamedTuple):
    """Deliveries of one queue that were handled, what was written, and the seconds that it took."""

    queue: str
    claimed: Sequence[Delivery]
    parts: Sequence[WrittenCounts]
    seconds: float


_QUEUE, _ITEMS, _STATE = (COLUMNS.index(name) for name in ("queue", "item_count", "state"))


def _claimed(part: WrittenCounts, free: Callable[[str], bool]) -> Iterator[Delivery]:
    """Claim deliveries for free queues before they are written: they are filed as done."""
    for place, row in enumerate(part.sends):
        if free(row[_QUEUE]):
            part.sends[place] = (*row[:_STATE], "done", *row[_STATE + 1 :])
            named = dict(zip(COLUMNS, row, strict=True))
            yield Delivery(attempts=0, **{name: named[name] for name in Delivery._fields if name in named})


class RunToCompletion:
    """Calls the consumers of the workers of a process, by queue, with what a transaction files.

    `most`: items, of all hops together, beyond which what is filed waits for a transaction of its own: this one holds
    locks.
    """

    def __init__(self, workers: Mapping[str, HasConsumer], most: int) -> None:
        self._workers, self._most = workers, most

    def run(self, connection: Connection, parts: Sequence[WrittenCounts], poison: Poison | None = None) -> list[Hop]:
        """Handle what was filed, then what that files, until nothing is left or there are too many items."""
        hops: list[Hop] = []
        left, now = self._most, system_now()
        waiting = cache(lambda: deliveries.waiting(connection, self._queues, now))

        def free(queue: str) -> bool:
            return queue in self._queues and queue not in waiting()

        while len(hops) < HOPS and (left := left - sum(row[_ITEMS] for part in parts for row in part.sends)) >= 0:
            claimed = [delivery for part in parts for delivery in _claimed(part, free)]
            if not claimed:
                break
            if poison is not None:
                poison.apply(claimed)
            round_ = self._round(connection, claimed)
            hops += round_
            parts = [part for hop in round_ for part in hop.parts]
        return hops

    @cached_property
    def _queues(self) -> Sequence[str]:
        """The queues of this process whose consumers need nothing fetched beforehand."""
        return [queue for queue, worker in self._workers.items() if not worker.consumer.prepares]

    def _round(self, connection: Connection, claimed: Sequence[Delivery]) -> list[Hop]:
        """Handle deliveries, queue by queue."""
        by_queue: dict[str, list[Delivery]] = {}
        for delivery in claimed:
            by_queue.setdefault(delivery.queue, []).append(delivery)
        return [self._hop(connection, queue, claimed) for queue, claimed in sorted(by_queue.items())]

    def _hop(self, connection: Connection, queue: str, claimed: Sequence[Delivery]) -> Hop:
        began = monotonic()
        parts = self._workers[queue].consumer.plan(connection, claimed)(connection)
        return Hop(queue, claimed, parts, monotonic() - began)

    def forget(self) -> None:
        """The transaction was rolled back."""
        for worker in self._workers.values():
            worker.consumer.forget()
