"""The last sequence numbers ("places") of mailboxes, queried together for all long polls of this process.

One of the waiting polls watches for changes. It wakes only polls whose mailboxes have changed or whose clients have
disconnected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Condition, Event, Lock
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, bindparam, select

from single_window.clock import monotonic
from single_window.receipts.changes import Changes
from single_window.store.bulk import in_pairs, pair_values, per_dialect
from single_window.store.engine import reading
from single_window.store.prepared import fetch_all, fetch_value
from single_window.store.tables import mailbox

CACHE_SECONDS = 0.2
"""Seconds for which a query's result is used without a notified change: notifications may be lost."""
MAX_NAP_SECONDS = 1.0
"""Maximum seconds between two queries for all waiting polls: clients may disconnect, notifications may be lost."""
MAX_READERS = 4
"""Number of polls that read at the same time; more readers contend, use connections and double the processor time."""
TURN_SECONDS = 5.0
"""Maximum seconds that a poll waits for its turn to read, so that a slow reader does not delay all others."""
FORGET_AFTER_SECONDS = 60.0
"""Seconds without a poll after which a mailbox is no longer queried."""
_Mailbox: TypeAlias = tuple[str, str]
"""Sandbox and DXP id."""


_OF_ONE = select(mailbox.c.next).where(
    mailbox.c.sandbox == bindparam("asked_sandbox"), mailbox.c.dxp_id == bindparam("asked_box")
)


@per_dialect
def _of_many(sqlite: bool) -> Any:
    return select(mailbox.c.sandbox, mailbox.c.dxp_id, mailbox.c.next).where(
        in_pairs(sqlite, (mailbox.c.sandbox, mailbox.c.dxp_id), "asked")
    )


class NoTurn(Exception):
    """Too many polls are reading or waiting for their turn; the poll may be retried."""

    permanent = False


@dataclass(slots=True)
class _Waiter:
    """A waiting poll: its mailbox and sequence number, a test for a disconnected client, and whether it was ended."""

    key: _Mailbox
    place: int
    disconnected: Callable[[], bool]
    ended: bool = False


class LongPolls:
    """The last sequence numbers, which waiting polls check before they query receipts. Thread-safe."""

    def __init__(self, engine: Engine, changes: Changes | None) -> None:
        self._engine, self._changes = engine, changes
        self._lock = Lock()
        self._last_polled: dict[_Mailbox, float] = {}
        self._behind: dict[_Mailbox, int] = {}
        self._generation, self._until = -1, 0.0
        self._next_round = 0.0
        self._waiting: dict[Condition, _Waiter] = {}
        self._watched = False
        # a semaphore in C: with many threads that wait, one of `threading` costs as much as the reading
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(MAX_READERS):
            self._turns.put(None)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for a poll, limited to a few readers; raises `NoTurn`."""
        try:
            self._turns.get(timeout=TURN_SECONDS)
        except Empty:
            raise NoTurn from None
        try:
            with reading(self._engine) as connection:
                yield connection
        finally:
            self._turns.put(None)

    def beyond(self, sandbox: str, box: str, place: int) -> bool:
        """True if a mailbox has a receipt after a place, by a query newer than all changes notified so far."""
        with self._lock:
            return self._beyond((sandbox, box), place)

    def wait(
        self, sandbox: str, box: str, place: int, seconds: float, disconnected: Callable[[], bool] = lambda: False
    ) -> int:
        """Wait until a mailbox has receipts after a place, and return the last sequence number. 0: timeout, shutdown,
        or the client is `disconnected` (callable from any thread). The receipts may have been deleted meanwhile."""
        until, condition, waiter = (
            monotonic() + seconds,
            Condition(self._lock),
            _Waiter((sandbox, box), place, disconnected),
        )
        with self._lock:
            self._waiting[condition] = waiter
            try:
                while not self._beyond(waiter.key, place):
                    remaining = until - monotonic()
                    if remaining <= 0 or waiter.ended or (self._changes is not None and self._changes.closing):
                        return 0
                    if self._watched:
                        condition.wait(remaining)
                    else:
                        self._watch(min(remaining, MAX_NAP_SECONDS))
                return self._behind.get(waiter.key, 1) - 1
            finally:
                del self._waiting[condition]
                if self._waiting and not self._watched:
                    next(iter(self._waiting)).notify()  # another poll must take over watching

    def _watch(self, seconds: float) -> None:
        """Wait for a change with the lock released, then query for all waiting polls."""
        self._watched, seen = True, self._generation
        self._lock.release()
        try:
            if self._changes is None:
                Event().wait(seconds)
            else:
                self._changes.wait_for_change(seen, seconds)
        finally:
            self._lock.acquire()
            self._watched = False
        now = monotonic()
        self._query_all(now)
        self._end_disconnected(now)

    def _end_disconnected(self, now: float) -> None:
        """Wake the polls of disconnected clients; at most every half `MAX_NAP_SECONDS`."""
        if now < self._next_round:
            return
        self._next_round = now + MAX_NAP_SECONDS / 2
        for condition, waiter in self._waiting.items():
            if waiter.disconnected():
                waiter.ended = True
                condition.notify()

    def _beyond(self, key: _Mailbox, place: int) -> bool:
        now, known = monotonic(), key in self._last_polled
        self._last_polled[key] = now
        if now >= self._until or self._newest() > self._generation:
            self._query_all(now)
        elif not known:
            self._query(key)
        return self._behind.get(key, 1) > place + 1

    def _query(self, key: _Mailbox) -> None:
        with reading(self._engine) as connection:
            values = {"asked_sandbox": key[0], "asked_box": key[1]}
            self._behind[key] = fetch_value(connection, _OF_ONE, values) or 1

    def _newest(self) -> int:
        return self._changes.generation if self._changes is not None else self._generation + 1

    def _query_all(self, now: float) -> None:
        """Query all mailboxes, and wake the polls of changed ones, since later queries do not report the change
        again."""
        generation = self._newest()
        self._last_polled = {key: at for key, at in self._last_polled.items() if now - at < FORGET_AFTER_SECONDS}
        with reading(self._engine) as connection:
            rows = fetch_all(
                connection, _of_many(connection), pair_values(connection, list(self._last_polled), "asked")
            )
            self._behind = {(sandbox, box): behind for sandbox, box, behind in rows}
        self._generation, self._until = generation, now + CACHE_SECONDS
        for condition, waiter in self._waiting.items():
            if self._behind.get(waiter.key, 1) > waiter.place + 1:
                condition.notify()
