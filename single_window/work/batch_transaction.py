"""The transaction of a batch: claims deliveries of a queue, has its consumer handle them, and writes what follows.

Either all of it is committed, with the release of the worker's lease, or nothing. `worker.py` decides what follows a
failure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Engine

from single_window.clock import monotonic
from single_window.store import deliveries, leases
from single_window.store.deliveries import Delivery
from single_window.store.engine import reading, writing
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Conflict
from single_window.store.written import Writing, finish
from single_window.work.held_leases import LeaseHolder
from single_window.work.injected import Poison
from single_window.work.run_to_completion import Hop, RunToCompletion

RESERVED_ROW_IDS = 8_000
"""Maximum number of row ids reserved before a batch, which saves time in its transaction."""


class DeliveryConsumer(Protocol):
    """Handles the deliveries of one queue."""

    queue: str
    plans_ahead: bool
    """True if `plan` may run before the write lock is taken, because writing checks that the data is unchanged."""
    prepares: bool
    """True if `prepare` must run before the transaction."""

    def needs_preparation(self, messages: Sequence[int]) -> bool:
        """True if any of these messages needs preparation."""

    def prepare(self, connection: Connection, ids: Sequence[int]) -> None:
        """Load immutable data that the deliveries need."""

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Handle deliveries without writing; returns a function that writes the results in a transaction."""

    def committed(self) -> None:
        """Drop what only the batch that has been committed needed."""

    def forget(self) -> None:
        """Drop caches after a rollback."""


class _Planned(NamedTuple):
    """The deliveries of a plan, and the function that writes it."""

    taken: list[Delivery]
    write: Writing


class WorkBatch(NamedTuple):
    """Deliveries to handle together. `messages`: ids of their messages (None: unknown); `ahead`: plan before the write
    lock is taken; `follow`: also handle what they file for other queues of this process (`run_to_completion.py`)."""

    ids: Sequence[int]
    messages: Sequence[int] | None
    ahead: bool
    follow: bool


class BatchTransaction:
    """Handles deliveries of one queue in one transaction. `fault` is called at named points, where tests kill; the
    other arguments are those of `Worker`."""

    def __init__(
        self,
        engine: Engine,
        numbering: Numbering,
        consumer: DeliveryConsumer,
        lease: LeaseHolder,
        fault: Callable[[str], None],
        poison: Poison | None = None,
        run_to_completion: RunToCompletion | None = None,
    ) -> None:
        self._engine, self._numbering, self._consumer, self._lease = engine, numbering, consumer, lease
        self._fault, self._poison, self._run_to_completion = fault, poison, run_to_completion

    def run(self, batch: WorkBatch) -> Sequence[Hop]:
        """Claim deliveries, handle them and write the results; returns the hops, the queue's own first, none if
        nothing could be claimed. Raises what the consumer or the database raises; nothing is written then."""
        began = monotonic()
        hops: Sequence[Hop] = ()
        self._prepare(batch)
        planned = self._plan(batch.ids) if batch.ahead else None
        with writing(self._engine) as connection:
            claimed = deliveries.claim(connection, self._consumer.queue, batch.ids)
            if planned is not None and planned.taken != claimed:
                raise Conflict(f"deliveries of {self._consumer.queue} were claimed by another worker")
            if self._poison is not None:
                self._poison.apply(claimed)
            if claimed:
                write = planned.write if planned is not None else self._consumer.plan(connection, claimed)
                hops = self._followed(connection, Hop(self._consumer.queue, claimed, write(connection), 0.0), batch)
                finish(connection, [part for hop in hops for part in hop.parts])
            leases.release(connection, self._lease.worker)
            self._fault("before-commit")
        self._lease.is_stored = False
        self._consumer.committed()
        self._fault("after-commit")
        return _timed(hops, monotonic() - began)

    def forget(self) -> None:
        """Drop caches after a rollback."""
        self._consumer.forget()
        if self._run_to_completion is not None:
            self._run_to_completion.forget()

    def _prepare(self, batch: WorkBatch) -> None:
        """Prepare the writing transaction: reserve numbers, parse messages."""
        self._numbering.evict()
        self._numbering.ensure(ROWS, "row", min(RESERVED_ROW_IDS, 400 * len(batch.ids)))
        self._numbering.refill(min(RESERVED_ROW_IDS // 4, 100 * len(batch.ids)))
        if self._poison is not None and not self._poison.locked:
            with reading(self._engine) as connection:
                self._poison.apply(deliveries.unfinished(connection, self._consumer.queue, batch.ids))
        if self._consumer.prepares and (batch.messages is None or self._consumer.needs_preparation(batch.messages)):
            with reading(self._engine) as connection:
                self._consumer.prepare(connection, batch.ids)

    def _plan(self, ids: Sequence[int]) -> _Planned:
        """Have the consumer plan without the write lock."""
        with reading(self._engine) as connection:
            taken = deliveries.unfinished(connection, self._consumer.queue, ids)
            return _Planned(taken, self._consumer.plan(connection, taken) if taken else lambda _: ())

    def _followed(self, connection: Connection, first: Hop, batch: WorkBatch) -> Sequence[Hop]:
        """A hop, and those that handle what it files, if run-to-completion is on."""
        if self._run_to_completion is None or not batch.follow:
            return (first,)
        return (first, *self._run_to_completion.run(connection, first.parts, self._poison))


def _timed(hops: Sequence[Hop], seconds: float) -> Sequence[Hop]:
    """The hops, of which the first gets the seconds that the others have not taken."""
    if not hops:
        return ()
    first, *others = hops
    return (first._replace(seconds=seconds - sum(hop.seconds for hop in others)), *others)
