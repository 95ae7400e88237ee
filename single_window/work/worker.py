"""Processes a queue: has its deliveries handled together in one transaction, and decides what follows a failure.

    a batch fails because of              what follows
    ------------------------------------  -----------------------------------------------------------------------
    the database: away, full, damaged     raised to the caller; the lease is released, no attempt is counted
    contention with another transaction   the batch again, at most `BATCH_ATTEMPTS` times, without planning ahead
    anything else, several deliveries     each of them alone
    anything else, one of many items      it is split into deliveries of one item
    anything else, one item               later, with backoff; parked with reason and traceback after its attempts
    death of the process                  its lease tells another worker, which counts an attempt (`lost_workers.py`)

No delivery is lost or handled twice. Before a batch the worker stores a lease on its deliveries (`store/leases.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from single_window.message_limits import BATCH_ATTEMPTS, BATCH_DEADLINE_SECONDS
from single_window.observe import steps as observing
from single_window.store import deliveries, leases
from single_window.store.damage import suspect
from single_window.store.engine import reading, writing
from single_window.store.failures import is_contention, is_engine_failure, is_transient
from single_window.store.leases import Lease
from single_window.store.numbering import Numbering
from single_window.work import lost_workers
from single_window.work.batch_transaction import BatchTransaction, DeliveryConsumer, WorkBatch
from single_window.work.failed_deliveries import settle
from single_window.work.held_leases import LeaseHolder
from single_window.work.injected import Poison
from single_window.work.run_to_completion import RunToCompletion


class Lookup(NamedTuple):
    """Data that a worker needs before a batch: leases on its queue; delivery id → failed attempts, if any; ids of the
    messages of the deliveries (None: unknown)."""

    leases: Sequence[Lease]
    attempts: Mapping[int, int]
    messages: Sequence[int] | None = None


class Worker:
    """Processes the deliveries of one queue with its consumer. `fault` is called at named points, where tests kill.

    `deadline`: seconds after which a worker with an unfinished batch counts as lost. `poison`: deliveries that hang or
    kill, for tests of whole processes. `run_to_completion`: handles the deliveries that a batch files in the same
    transaction; None: their own workers do.
    """

    def __init__(
        self,
        engine: Engine,
        numbering: Numbering,
        consumer: DeliveryConsumer,
        attempts: int,
        fault: Callable[[str], None] = lambda point: None,
        deadline: int = BATCH_DEADLINE_SECONDS,
        poison: Poison | None = None,
        run_to_completion: RunToCompletion | None = None,
    ) -> None:
        self._engine, self._numbering, self._consumer = engine, numbering, consumer
        self._messages: Sequence[int] | None = None
        self.left_ready = False
        """True if ready deliveries may be left after the last call of `work`, in this queue or newly filed."""
        self._attempts, self._fault = attempts, fault
        self._lease = LeaseHolder(consumer.queue, deadline)
        self._transaction = BatchTransaction(
            engine, numbering, consumer, self._lease, lambda point: self._fault(point), poison, run_to_completion
        )
        # on PostgreSQL repositories lock rows when reading, which must happen in the writing transaction
        self._ahead = consumer.plans_ahead and engine.dialect.name == "sqlite"

    @property
    def consumer(self) -> DeliveryConsumer:
        """The consumer of its queue."""
        return self._consumer

    def work(self, ids: Sequence[int], known: Lookup | None = None) -> int:
        """Process deliveries, each at most once; returns the number claimed. `known`: data that was just queried.

        Raises transient database errors, which are not caused by a delivery.
        """
        self._messages = None if known is None else known.messages
        self.left_ready = False
        try:
            first, together, last = self._partition(ids, known)
            self.left_ready |= bool(first or last)
            done = sum(self._process_alone(number) for number in first)
            done += self._process_together(together) if together else 0
            return done + sum(self._process_alone(number) for number in last)
        except Exception:
            self.left_ready = True
            self.release_lease()
            raise
        finally:
            self._lease.end()

    def release_lease(self) -> None:
        """Release the lease after a transient error, without counting an attempt. If that fails, the next batch
        replaces the lease.
        """
        if not self._lease.is_stored:
            return
        with suppress(SQLAlchemyError), writing(self._engine) as connection:
            leases.release(connection, self._lease.worker)

    def _partition(self, ids: Sequence[int], known: Lookup | None) -> tuple[list[int], list[int], list[int]]:
        """Divide unleased deliveries into (alone first, together, alone last): those with one failed attempt, which
        another delivery may have caused; those without; those with more."""
        held, attempts, _ = known or self._load(ids)
        if lost_workers.recover_from(self._engine, self._numbering, self._attempts, held):
            self.left_ready = True
            held, attempts, _ = self._load(ids)
        leased = lost_workers.leased_deliveries(held)
        free = [number for number in dict.fromkeys(ids) if number not in leased]
        return (
            [number for number in free if attempts.get(number) == 1],
            [number for number in free if number not in attempts],
            [number for number in free if attempts.get(number, 0) > 1],
        )

    def _load(self, ids: Sequence[int]) -> Lookup:
        """The leases on the queue, and the failed attempts of these deliveries."""
        with reading(self._engine) as connection:
            held = leases.active(connection, [self._consumer.queue])
            return Lookup(held, deliveries.attempts_of(connection, self._consumer.queue, ids))

    def _acquire_lease(self, ids: Sequence[int]) -> Sequence[int]:
        """Take a lease in a separate transaction; returns the ids that no other worker has leased."""
        lease = self._lease.begin(ids)
        with writing(self._engine) as connection:
            leases.lock_queue(connection, lease.queue)
            others = [held for held in leases.active(connection, [lease.queue]) if held.worker != lease.worker]
            leased = lost_workers.leased_deliveries(others)
            free = [number for number in ids if number not in leased]
            if free:
                leases.acquire(connection, lease._replace(deliveries=tuple(free)))
        if len(free) < len(ids):
            self.left_ready = True
        if free:
            self._fault("in-hand")
        return free

    def _process_together(self, among: Sequence[int]) -> int:
        if not (ids := self._acquire_lease(among)):
            return 0
        try:
            return self._with_retries(ids, self._ahead, True)
        except Exception as error:
            if is_engine_failure(error):
                raise
            observing.taken_again(self._consumer.queue, "apart", error, len(ids))
            self.left_ready = True
        return sum(self._process_alone(number) for number in ids)

    def _with_retries(self, ids: Sequence[int], ahead: bool, follow: bool) -> int:
        """Process deliveries together, with retries under contention; only the first attempt plans ahead and runs to
        completion."""
        batch = WorkBatch(ids, self._messages, ahead, follow)
        tries_left = BATCH_ATTEMPTS
        while True:
            try:
                return self._commit(batch)
            except Exception as error:
                self._transaction.forget()
                tries_left -= 1
                if not tries_left or not is_contention(error):
                    raise
                observing.taken_again(self._consumer.queue, "conflict", error, len(ids))
                batch = batch._replace(ahead=False, follow=False)

    def _commit(self, batch: WorkBatch) -> int:
        """Process a batch; returns the number of deliveries that were claimed."""
        hops = self._transaction.run(batch)
        self.left_ready |= any(part.left_ready for hop in hops for part in hop.parts)
        for hop in hops:
            observing.dealt_with(*hop)
        return len(hops[0].claimed) if hops else 0

    def _process_alone(self, number: int) -> int:
        if not self._acquire_lease([number]):
            return 0
        try:
            return self._with_retries([number], False, False)
        except Exception as error:
            if is_transient(error):
                raise
            suspect(self._engine, error)  # a damaged database file is not the delivery's fault
            self._fail(number, error)
            return 1

    def _fail(self, number: int, error: Exception) -> None:
        with writing(self._engine) as connection:
            locked = deliveries.lock(connection, self._consumer.queue, [number])
            leases.release(connection, self._lease.worker)
            if not locked:
                return
            outcome = settle(connection, self._numbering, locked[0], self._attempts, error)
        observing.failed(locked[0], outcome, error)
