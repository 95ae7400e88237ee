"""Run to completion: deliveries that a batch files for queues of the same process are handled in its transaction.

A list in the green lane passes five consumers. Called in one transaction they need one commit instead of five, and no
wake-ups. After a failure everything is rolled back and the batch is retried with a transaction for each consumer
(`worker.py`), so that only the failing delivery is retried or parked.

Order is kept: a delivery for a queue in which others wait is not handled here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from single_window.clock import monotonic, system_now
from single_window.message_limits import HOPS_PER_TRANSACTION
from single_window.store import deliveries
from single_window.store.deliveries import COLUMNS, Delivery
from single_window.store.written import Writing, WrittenCounts
from single_window.work.injected import Poison


class DeliveryHandler(Protocol):
    """The part of `single_window.work.batch_transaction.DeliveryConsumer` that is used here."""

    prepares: bool

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Handle deliveries without writing; returns a function that writes the results."""

    def forget(self) -> None:
        """Drop caches after a rollback."""


class HasConsumer(Protocol):
    """A worker of a queue."""

    @property
    def consumer(self) -> DeliveryHandler:
        """The consumer of its queue."""


class Hop(NamedTuple):
    """Deliveries of one queue that were handled, the counts of rows written, and the duration in seconds."""

    queue: str
    claimed: Sequence[Delivery]
    parts: Sequence[WrittenCounts]
    seconds: float


_QUEUE, _ITEMS = (COLUMNS.index(name) for name in ("queue", "item_count"))
_STATE = COLUMNS.index("state")


def _claim(part: WrittenCounts, free: Callable[[str], bool]) -> Iterator[Delivery]:
    """Claim new deliveries for free queues by marking them as done before they are inserted, so that they never are."""
    for place, row in enumerate(part.sends):
        if free(row[_QUEUE]):
            named = dict(zip(COLUMNS, row, strict=True))
            part.sends[place] = (*row[:_STATE], deliveries.DONE, *row[_STATE + 1 :])
            yield Delivery(attempts=0, **{name: named[name] for name in Delivery._fields if name in named})


class RunToCompletion:
    """Calls the consumers of a process with the deliveries that a transaction files.

    `most`, `hops`: maximum items of all hops together, and maximum hops, because the transaction holds locks.
    `overtakes`: also handle what others wait before, of which nothing may stay.
    """

    def __init__(
        self,
        workers: Mapping[str, HasConsumer],
        most: int,
        hops: int = HOPS_PER_TRANSACTION,
        overtakes: bool = False,
    ) -> None:
        self._workers, self._most, self._most_hops, self._overtakes = workers, most, hops, overtakes

    def run(self, connection: Connection, parts: Sequence[WrittenCounts], poison: Poison | None = None) -> list[Hop]:
        """Handle filed deliveries, then those that these file, until none is left or a limit is reached."""
        hops: list[Hop] = []
        left, now = self._most, system_now()
        waiting = cache(lambda: deliveries.waiting(connection, self._queues, now))

        def free(queue: str) -> bool:
            return queue in self._queues and (self._overtakes or queue not in waiting())

        while (
            len(hops) < self._most_hops
            and (left := left - sum(row[_ITEMS] for part in parts for row in part.sends)) >= 0
        ):
            claimed = [delivery for part in parts for delivery in _claim(part, free)]
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
        """The queues of this process whose consumers need no preparation."""
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
        """Drop the consumers' caches after a rollback."""
        for worker in self._workers.values():
            worker.consumer.forget()
