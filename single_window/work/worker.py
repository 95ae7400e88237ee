"""Works off a queue: wins deliveries, lets the consumer deal with them in one transaction, and sees to what fails.

A batch that fails is taken apart: deliveries are tried alone, a delivery of many items is split, and what fails alone
waits longer and longer, then is parked with reason and traceback. Nothing is dropped, nothing is done twice.

What a worker begins with is noted before it begins (`store/in_hand.py`), so that what ends its process counts as an
attempt too (`lost_work.py`); from then on it is tried alone.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from single_window.clock import monotonic
from single_window.observe import steps as observing
from single_window.store import deliveries, in_hand
from single_window.store.deliveries import Delivery
from single_window.store.engine import reading, writing
from single_window.store.failures import blameless, engine_failed, in_the_way
from single_window.store.in_hand import InHand
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Conflict
from single_window.store.written import Writing, Written, finish
from single_window.work import lost_work
from single_window.work.following import Following, Hop
from single_window.work.hands import DEADLINE, Hand
from single_window.work.injected import Poison
from single_window.work.retries import put_off, split

NUMBERS = 8_000
"""Row ids set aside before a batch; a batch that needs more is taken again with more."""
AGAIN = 3
"""How often a batch is taken again when somebody else was in the way."""


class Seen(NamedTuple):
    """What workers have in hand of a queue; which of some deliveries were tried before, how often; the messages that
    these are about, as far as that is known (None: not at all)."""

    in_hand: Sequence[InHand]
    tried: Mapping[int, int]
    messages: Sequence[int] | None = None


class Consumer(Protocol):
    """What deals with the deliveries of one queue."""

    queue: str
    ahead: bool
    """Whether it may plan before the write lock is taken, because what it writes checks what it read."""
    prepares: bool
    """Whether it has something to fetch before the transaction begins."""

    def lacks(self, messages: Sequence[int]) -> bool:
        """Whether something is to be fetched for any of these messages."""

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
    """Takes deliveries of one queue through its consumer. `fault` is called at named points, for tests that kill.

    `deadline`: seconds within which each batch must be finished; whoever is not is taken for lost. `poison`: deliveries
    that hang or kill, for tests of whole processes. `following`: whom what a batch files is handed to in the same
    transaction; None: it goes through the broker.
    """

    def __init__(
        self,
        engine: Engine,
        numbering: Numbering,
        consumer: Consumer,
        attempts: int,
        fault: Callable[[str], None] = lambda point: None,
        deadline: int = DEADLINE,
        poison: Poison | None = None,
        following: Following | None = None,
    ) -> None:
        self._engine, self._numbering, self._consumer = engine, numbering, consumer
        self._following = following
        self._messages: Sequence[int] | None = None
        self._attempts, self._fault = attempts, fault
        self._hand, self._poison = Hand(consumer.queue, deadline), poison
        # Where a database locks rows, memories lock what they read, and that must be in the transaction that writes.
        self._ahead = consumer.ahead and engine.dialect.name == "sqlite"

    @property
    def consumer(self) -> Consumer:
        """What deals with the deliveries."""
        return self._consumer

    def work(self, ids: Sequence[int], seen: Seen | None = None) -> int:
        """Deal with deliveries, each at most once; gives the number that was won. `seen`: by whoever has just looked.

        Raises what the database's engine failed with, or what stood in the way too long: no delivery is to blame.
        """
        self._messages = None if seen is None else seen.messages
        try:
            first, together, last = self._sorted_out(ids, seen)
            done = sum(self._alone(number) for number in first)
            done += self._batch(together) if together else 0
            return done + sum(self._alone(number) for number in last)
        except Exception:
            self.put_down()
            raise
        finally:
            self._hand.empty()

    def put_down(self) -> None:
        """Nothing is in hand any more: what failed says nothing against it. Where that cannot be noted, nobody is to
        blame either, and the next batch takes its place."""
        if not self._hand.noted:
            return
        with suppress(SQLAlchemyError), writing(self._engine) as connection:
            in_hand.let_go(connection, self._hand.worker)

    def _sorted_out(self, ids: Sequence[int], known: Seen | None) -> tuple[list[int], list[int], list[int]]:
        """What is taken alone and first, since it came before the others and may not be to blame for one lost attempt;
        what is taken together; what failed more often. Not what another worker is busy with."""
        seen, tried, _ = known or self._seen(ids)
        if lost_work.take_over_of(self._engine, self._numbering, self._attempts, seen):
            seen, tried, _ = self._seen(ids)
        busy = lost_work.busy(seen)
        free = [number for number in dict.fromkeys(ids) if number not in busy]
        return (
            [number for number in free if tried.get(number) == 1],
            [number for number in free if number not in tried],
            [number for number in free if tried.get(number, 0) > 1],
        )

    def _seen(self, ids: Sequence[int]) -> Seen:
        """What workers have in hand of the queue, and which of these deliveries were tried before."""
        with reading(self._engine) as connection:
            seen = in_hand.listed(connection, [self._consumer.queue])
            return Seen(seen, deliveries.tried(connection, self._consumer.queue, ids))

    def _begin(self, ids: Sequence[int]) -> None:
        """Note, in a transaction of its own, what is about to be worked on."""
        note = self._hand.take(ids)
        with writing(self._engine) as connection:
            in_hand.note(connection, note)
        self._fault("in-hand")

    def _batch(self, ids: Sequence[int]) -> int:
        self._begin(ids)
        try:
            return self._tried(ids, self._ahead, True)
        except Exception as error:
            if engine_failed(error):
                raise
            observing.taken_again(self._consumer.queue, "apart", error, len(ids))
        return sum(self._alone(number) for number in ids)

    def _tried(self, ids: Sequence[int], ahead: bool, follow: bool) -> int:
        """Deal with deliveries together, a few times while others are in the way; only the first time ahead, and with
        what follows from them."""
        left = AGAIN
        self._numbering.let_go()
        while True:
            try:
                return self._numbering.retrying(
                    partial(self._together, ids, ahead and left == AGAIN, follow and left == AGAIN),
                    partial(self._sandboxes, ids),
                )
            except Exception as error:
                left -= 1
                if not left or not in_the_way(error):
                    raise
                observing.taken_again(self._consumer.queue, "conflict", error, len(ids))

    def _sandboxes(self, ids: Sequence[int]) -> Collection[str]:
        """Those that deliveries belong to."""
        with reading(self._engine) as connection:
            return deliveries.sandboxes(connection, ids)

    def _together(self, ids: Sequence[int], ahead: bool, follow: bool) -> int:
        try:
            return self._committed(ids, ahead, follow)
        except Exception:
            self._consumer.forget()
            if self._following is not None:
                self._following.forget()
            raise

    def _committed(self, ids: Sequence[int], ahead: bool, follow: bool) -> int:
        began = monotonic()
        parts: Sequence[Written] = ()
        hops: Sequence[Hop] = ()
        self._numbering.ensure(ROWS, "row", min(NUMBERS, 400 * len(ids)))
        self._numbering.refill(min(NUMBERS // 4, 100 * len(ids)))
        if self._poison is not None and not self._poison.locked:
            with reading(self._engine) as connection:
                self._poison.acts(deliveries.open_ones(connection, self._consumer.queue, ids))
        if self._consumer.prepares and (self._messages is None or self._consumer.lacks(self._messages)):
            with reading(self._engine) as connection:
                self._consumer.prepare(connection, ids)
        planned = self._plan(ids) if ahead else None
        with writing(self._engine) as connection:
            won = deliveries.win(connection, self._consumer.queue, ids)
            if planned is not None and planned.taken != won:
                raise Conflict(f"deliveries of {self._consumer.queue} were won by somebody else")
            if self._poison is not None:
                self._poison.acts(won)
            if won:
                write = planned.write if planned is not None else self._consumer.plan(connection, won)
                parts = write(connection)
                hops = self._handed_on(connection, parts) if follow else ()
                finish(connection, [*parts, *(part for hop in hops for part in hop.parts)])
            in_hand.let_go(connection, self._hand.worker)
            self._fault("before-commit")
        self._hand.noted = False
        self._fault("after-commit")
        if won:
            seconds = monotonic() - began - sum(hop.seconds for hop in hops)
            for hop in (Hop(self._consumer.queue, won, parts, seconds), *hops):
                observing.dealt_with(*hop)
        return len(won)

    def _handed_on(self, connection: Connection, parts: Sequence[Written]) -> Sequence[Hop]:
        """What is dealt with at once of what this transaction files."""
        return () if self._following is None else self._following.hand_on(connection, parts, self._poison)

    def _plan(self, ids: Sequence[int]) -> _Planned:
        """What will be written, decided without the write lock."""
        with reading(self._engine) as connection:
            taken = deliveries.open_ones(connection, self._consumer.queue, ids)
            return _Planned(taken, self._consumer.plan(connection, taken) if taken else lambda _: ())

    def _alone(self, number: int) -> int:
        self._begin([number])
        try:
            return self._tried([number], False, False)
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
            in_hand.let_go(connection, self._hand.worker)
            if not won:
                return
            one = won[0]
            if split(connection, self._numbering, one):
                outcome = "split"
            else:
                permanent = getattr(error, "permanent", False)
                outcome = put_off(
                    connection,
                    one,
                    0 if permanent else self._attempts,
                    f"{type(error).__name__}: {error}",
                    "".join(traceback.format_exception(error)),
                )
        observing.failed(one, outcome, error)
