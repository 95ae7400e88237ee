"""Run to completion: what a batch files for queues of the same process is dealt with in the batch's own transaction.

A list in the green lane passes five consumers. Handed from one to the next here, it needs one commit instead of one for
each, and nobody is told of deliveries that are done already. What fails rolls all of it back, and the batch is taken
again hop by hop (`worker.py`), so that only what fails by itself waits or is parked.

Nothing overtakes: what is filed for a queue in which something waits already goes behind it, through the broker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from single_window.clock import monotonic, system_now
from single_window.store import deliveries
from single_window.store.deliveries import COLUMNS, Delivery
from single_window.store.written import Writing, Written
from single_window.work.injected import Poison

HOPS = 16
"""Consumers that one transaction passes at most: more than any trade needs, and what goes round in circles ends."""


class Deals(Protocol):
    """A consumer, as far as it is needed here (`single_window.work.worker.Consumer`)."""

    prepares: bool

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Deal with deliveries as far as that needs no writing; gives what writes."""

    def forget(self) -> None:
        """A transaction failed: nothing that was remembered of it holds."""


class Works(Protocol):
    """Who works off a queue."""

    @property
    def consumer(self) -> Deals:
        """What deals with its deliveries."""


class Hop(NamedTuple):
    """Deliveries of one queue that were dealt with, what was written, and the seconds that it took."""

    queue: str
    won: Sequence[Delivery]
    parts: Sequence[Written]
    seconds: float


_QUEUE, _ITEMS, _STATE = (COLUMNS.index(name) for name in ("queue", "item_count", "state"))


def _taken(part: Written, free: Callable[[str], bool]) -> Iterator[Delivery]:
    """Take deliveries for free queues out of what is still to be written: they are filed as done."""
    for place, row in enumerate(part.sends):
        if free(row[_QUEUE]):
            part.sends[place] = (*row[:_STATE], "done", *row[_STATE + 1 :])
            named = dict(zip(COLUMNS, row, strict=True))
            yield Delivery(attempts=0, **{name: named[name] for name in Delivery._fields if name in named})


class Following:
    """The workers of a process, by queue, to whose consumers a transaction hands on what it files.

    `most`: items, of all hops together, beyond which what is filed goes through the broker: a transaction holds locks.
    """

    def __init__(self, workers: Mapping[str, Works], most: int) -> None:
        self._workers, self._most = workers, most

    def hand_on(self, connection: Connection, parts: Sequence[Written], poison: Poison | None = None) -> list[Hop]:
        """Deal with what was filed, then with what that files, until nothing is left or it grows too much."""
        hops: list[Hop] = []
        left, now = self._most, system_now()
        waiting = cache(lambda: deliveries.waiting(connection, self._queues, now))

        def free(queue: str) -> bool:
            return queue in self._queues and queue not in waiting()

        while len(hops) < HOPS and (left := left - sum(row[_ITEMS] for part in parts for row in part.sends)) >= 0:
            won = [one for part in parts for one in _taken(part, free)]
            if not won:
                break
            if poison is not None:
                poison.acts(won)
            round_ = self._round(connection, won)
            hops += round_
            parts = [part for hop in round_ for part in hop.parts]
        return hops

    @cached_property
    def _queues(self) -> Sequence[str]:
        """The queues of this process whose consumers need nothing fetched beforehand."""
        return [queue for queue, one in self._workers.items() if not one.consumer.prepares]

    def _round(self, connection: Connection, won: Sequence[Delivery]) -> list[Hop]:
        """Deal with deliveries, queue by queue."""
        by_queue: dict[str, list[Delivery]] = {}
        for one in won:
            by_queue.setdefault(one.queue, []).append(one)
        return [self._hop(connection, queue, won) for queue, won in sorted(by_queue.items())]

    def _hop(self, connection: Connection, queue: str, won: Sequence[Delivery]) -> Hop:
        began = monotonic()
        parts = self._workers[queue].consumer.plan(connection, won)(connection)
        return Hop(queue, won, parts, monotonic() - began)

    def forget(self) -> None:
        """The transaction failed."""
        for one in self._workers.values():
            one.consumer.forget()
