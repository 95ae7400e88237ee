"""Works off a queue: wins deliveries, lets the consumer deal with them in one transaction, and sees to what fails.

A batch that fails is taken apart: deliveries are tried alone, a delivery of many items is split, and what fails alone
waits longer and longer, then is parked with reason and traceback. Nothing is dropped, nothing is done twice.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol, TypeAlias

import msgspec
import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from single_window.clock import system_now
from single_window.numbering import ROWS, Numbering
from single_window.store import deliveries
from single_window.store.bulk import encode
from single_window.store.deliveries import Delivery
from single_window.store.engine import reading, writing
from single_window.store.records import Conflict

log = structlog.get_logger(__name__)
PAUSE = 1_000
"""Milliseconds until the second attempt; each further one waits twice as long."""
NUMBERS = 8_000
"""Row ids set aside before a batch; a batch that needs more is taken again with more."""
AGAIN = 3
"""How often a batch is taken again when somebody else was in the way."""


Writing: TypeAlias = Callable[[Connection], None]


class Consumer(Protocol):
    """What deals with the deliveries of one queue."""

    queue: str
    ahead: bool
    """Whether it may plan before the write lock is taken, because what it writes checks what it read."""

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Deal with deliveries as far as that needs no writing; gives what writes, inside a transaction."""

    def forget(self) -> None:
        """A transaction failed: nothing that was remembered of it holds."""


class _Planned(NamedTuple):
    """Deliveries that were open when a plan was made, and what writes it."""

    taken: list[Delivery]
    write: Writing


class Worker:
    """Takes deliveries of one queue through its consumer. `fault` is called at named points, for tests that kill."""

    def __init__(self, engine: Engine, numbering: Numbering, consumer: Consumer, attempts: int,
                 fault: Callable[[str], None] = lambda point: None) -> None:
        self._engine, self._numbering, self._consumer = engine, numbering, consumer
        self._attempts, self._fault = attempts, fault
        # Where a database locks rows, memories lock what they read, and that must be in the transaction that writes.
        self._ahead = consumer.ahead and engine.dialect.name == "sqlite"

    def work(self, ids: Sequence[int]) -> int:
        """Deal with deliveries, each at most once; gives the number that was won."""
        for attempt in range(AGAIN):
            ahead = self._ahead and attempt == 0
            try:
                return self._numbering.retrying(partial(self._together, ids, ahead))
            except (Conflict, IntegrityError, OperationalError) as busy:
                log.info("batch.again", queue=self._consumer.queue, reason=str(busy)[:200])
            except Exception as error:
                log.warning("batch.apart", queue=self._consumer.queue, deliveries=len(ids), reason=repr(error)[:200])
                break
        return sum(self._alone(number) for number in ids)

    def _together(self, ids: Sequence[int], ahead: bool) -> int:
        try:
            return self._committed(ids, ahead)
        except Exception:
            self._consumer.forget()
            raise

    def _committed(self, ids: Sequence[int], ahead: bool) -> int:
        self._numbering.ensure(ROWS, "row", min(NUMBERS, 400 * len(ids)))
        self._numbering.refill(min(NUMBERS // 4, 100 * len(ids)))
        planned = self._plan(ids) if ahead else None
        with writing(self._engine) as connection:
            won = deliveries.win(connection, self._consumer.queue, ids)
            if planned is not None and planned.taken != won:
                raise Conflict(f"deliveries of {self._consumer.queue} were won by somebody else")
            if won:
                write = planned.write if planned is not None else self._consumer.plan(connection, won)
                write(connection)
            self._fault("before-commit")
        self._fault("after-commit")
        return len(won)

    def _plan(self, ids: Sequence[int]) -> _Planned:
        """What will be written, decided without the write lock."""
        with reading(self._engine) as connection:
            taken = deliveries.open_ones(connection, self._consumer.queue, ids)
            return _Planned(taken, self._consumer.plan(connection, taken) if taken else lambda _: None)

    def _alone(self, number: int) -> int:
        try:
            return self._numbering.retrying(lambda: self._together([number], False))
        except Exception as error:
            self._fail(number, error)
            return 1

    def _fail(self, number: int, error: Exception) -> None:
        """Split a delivery of many items; let one of a single item wait, or park it."""
        self._numbering.ensure(ROWS, "row", 2_000)
        with writing(self._engine) as connection:
            won = deliveries.win(connection, self._consumer.queue, [number])
            if not won:
                return
            one = won[0]
            items = msgspec.json.decode(one.payload) if one.payload else []
            if len(items) > 1:
                self._split(connection, one, items)
                return
            last = getattr(error, "permanent", False) or one.attempts + 1 >= self._attempts
            again = None if last else system_now() + PAUSE * 2 ** one.attempts
            trace = "".join(traceback.format_exception(error))
            deliveries.fail(connection, one, f"{type(error).__name__}: {error}", trace, again_at=again)
        log.error("delivery.parked" if last else "delivery.failed", delivery=number, queue=one.queue, topic=one.topic,
                  sandbox=one.sandbox, attempts=one.attempts + 1, reason=repr(error)[:300])

    def _split(self, connection: Connection, one: Delivery, items: Sequence[object]) -> None:
        ids = self._numbering.take(ROWS, "row", len(items))
        deliveries.file_deliveries(connection, [
            (number, one.sandbox, one.queue, one.topic, one.message_id, encode([item]).decode(), 1, "ready", 0,
             system_now())
            for number, item in zip(ids, items, strict=True)])


