"""Works off a queue: wins deliveries, lets the consumer deal with them in one transaction, and sees to what fails.

A batch that fails is taken apart: deliveries are tried alone, a delivery of many items is split, and what fails alone
waits longer and longer, then is parked with reason and traceback. Nothing is dropped, nothing is done twice.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from single_window.clock import system_now
from single_window.numbering import ROWS, Numbering
from single_window.store import deliveries
from single_window.store.deliveries import Delivery
from single_window.store.engine import writing
from single_window.store.records import Conflict, encode

log = structlog.get_logger(__name__)
PAUSE = 1_000
"""Milliseconds until the second attempt; each further one waits twice as long."""
NUMBERS = 8_000
"""Row ids set aside before a batch; a batch that needs more is taken again with more."""
AGAIN = 3
"""How often a batch is taken again when somebody else was in the way."""


class Consumer(Protocol):
    """What deals with the deliveries of one queue."""

    queue: str

    def handle(self, connection: Connection, won: Sequence[Delivery]) -> None:
        """Deal with deliveries inside the caller's transaction; an exception undoes everything."""


class Worker:
    """Takes deliveries of one queue through its consumer. `fault` is called at named points, for tests that kill."""

    def __init__(self, engine: Engine, numbering: Numbering, consumer: Consumer, attempts: int,
                 fault: Callable[[str], None] = lambda point: None) -> None:
        self._engine, self._numbering, self._consumer = engine, numbering, consumer
        self._attempts, self._fault = attempts, fault

    def work(self, ids: Sequence[int]) -> int:
        """Deal with deliveries, each at most once; gives the number that was won."""
        for _ in range(AGAIN):
            try:
                return self._numbering.retrying(lambda: self._together(ids))
            except (Conflict, IntegrityError, OperationalError) as busy:
                log.info("batch.again", queue=self._consumer.queue, reason=str(busy)[:200])
            except Exception as error:
                log.warning("batch.apart", queue=self._consumer.queue, deliveries=len(ids), reason=repr(error)[:200])
                break
        return sum(self._alone(number) for number in ids)

    def _together(self, ids: Sequence[int]) -> int:
        self._numbering.ensure(ROWS, "row", min(NUMBERS, 400 * len(ids)))
        self._numbering.refill(min(NUMBERS // 4, 100 * len(ids)))
        with writing(self._engine) as connection:
            won = deliveries.win(connection, self._consumer.queue, ids)
            if won:
                self._consumer.handle(connection, won)
            self._fault("before-commit")
        self._fault("after-commit")
        return len(won)

    def _alone(self, number: int) -> int:
        try:
            return self._numbering.retrying(lambda: self._together([number]))
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


