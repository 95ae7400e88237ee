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
from sqlalchemy import Connection, Engine

from single_window import observing
from single_window.clock import monotonic, system_now
from single_window.numbering import ROWS, Numbering
from single_window.store import deliveries
from single_window.store.bulk import encode
from single_window.store.deliveries import Delivery
from single_window.store.engine import reading, writing
from single_window.store.failures import blameless, engine_failed, in_the_way
from single_window.store.records import Conflict
from single_window.store.written import Written

PAUSE = 1_000
"""Milliseconds until the second attempt; each further one waits twice as long."""
NUMBERS = 8_000
"""Row ids set aside before a batch; a batch that needs more is taken again with more."""
AGAIN = 3
"""How often a batch is taken again when somebody else was in the way."""


Writing: TypeAlias = Callable[[Connection], Sequence[Written]]
"""Gives what it wrote, by sandbox."""


class Consumer(Protocol):
    """What deals with the deliveries of one queue."""

    queue: str
    ahead: bool
    """Whether it may plan before the write lock is taken, because what it writes checks what it read."""
    prepares: bool
    """Whether it has something to fetch before the transaction begins."""

    def prepare(self, connection: Connection, ids: Sequence[int]) -> None:
        """Fetch what the deliveries of these ids will need and nobody changes."""

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
        """Deal with deliveries, each at most once; gives the number that was won.

        Raises what the database's engine failed with, or what stood in the way too long: no delivery is to blame.
        """
        try:
            return self._tried(ids, self._ahead)
        except Exception as error:
            if engine_failed(error):
                raise
            observing.taken_again(self._consumer.queue, "apart", error, len(ids))
        return sum(self._alone(number) for number in ids)

    def _tried(self, ids: Sequence[int], ahead: bool) -> int:
        """Deal with deliveries together, a few times while others are in the way; only the first time ahead."""
        left = AGAIN
        while True:
            try:
                return self._numbering.retrying(partial(self._together, ids, ahead and left == AGAIN))
            except Exception as error:
                left -= 1
                if not left or not in_the_way(error):
                    raise
                observing.taken_again(self._consumer.queue, "conflict", error, len(ids))

    def _together(self, ids: Sequence[int], ahead: bool) -> int:
        try:
            return self._committed(ids, ahead)
        except Exception:
            self._consumer.forget()
            raise

    def _committed(self, ids: Sequence[int], ahead: bool) -> int:
        began = monotonic()
        parts: Sequence[Written] = ()
        self._numbering.ensure(ROWS, "row", min(NUMBERS, 400 * len(ids)))
        self._numbering.refill(min(NUMBERS // 4, 100 * len(ids)))
        if self._consumer.prepares:
            with reading(self._engine) as connection:
                self._consumer.prepare(connection, ids)
        planned = self._plan(ids) if ahead else None
        with writing(self._engine) as connection:
            won = deliveries.win(connection, self._consumer.queue, ids)
            if planned is not None and planned.taken != won:
                raise Conflict(f"deliveries of {self._consumer.queue} were won by somebody else")
            if won:
                write = planned.write if planned is not None else self._consumer.plan(connection, won)
                parts = write(connection)
            self._fault("before-commit")
        self._fault("after-commit")
        if won:
            observing.dealt_with(self._consumer.queue, won, parts, monotonic() - began)
        return len(won)

    def _plan(self, ids: Sequence[int]) -> _Planned:
        """What will be written, decided without the write lock."""
        with reading(self._engine) as connection:
            taken = deliveries.open_ones(connection, self._consumer.queue, ids)
            return _Planned(taken, self._consumer.plan(connection, taken) if taken else lambda _: ())

    def _alone(self, number: int) -> int:
        try:
            return self._tried([number], False)
        except Exception as error:
            if blameless(error):
                raise
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
                outcome = "split"
            else:
                outcome = self._put_off(connection, one, error)
        observing.failed(one, outcome, error)

    def _put_off(self, connection: Connection, one: Delivery, error: Exception) -> str:
        """Let a delivery wait for its next attempt, or park it after the last; gives which."""
        last = getattr(error, "permanent", False) or one.attempts + 1 >= self._attempts
        again = None if last else system_now() + PAUSE * 2 ** one.attempts
        trace = "".join(traceback.format_exception(error))
        deliveries.fail(connection, one, f"{type(error).__name__}: {error}", trace, again_at=again)
        return "parked" if last else "waits"

    def _split(self, connection: Connection, one: Delivery, items: Sequence[object]) -> None:
        ids = self._numbering.take(ROWS, "row", len(items))
        deliveries.file_deliveries(connection, [
            (number, one.sandbox, one.queue, one.topic, one.message_id, encode([item]).decode(), 1, "ready", 0,
             system_now())
            for number, item in zip(ids, items, strict=True)])


