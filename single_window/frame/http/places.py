"""The last places of mailboxes, queried once for all polls that wait in this process.

One of the waiting polls watches for changes, and wakes only those whose mailboxes have changed, and those whose clients
have gone away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Condition, Event, Lock
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, bindparam, select

from single_window.clock import monotonic
from single_window.receipts.changes import Changes
from single_window.store.bulk import in_pairs, pair_values, per_dialect
from single_window.store.engine import reading
from single_window.store.prepared import fetch_all, fetch_value
from single_window.store.tables import mailbox

FRESH = 0.2
"""Seconds for which a query is valid when no change was notified: changes may go unnoticed."""
NAP = 1.0
"""Seconds between two queries for all waiting polls at the most: clients may have gone, and a change gone unnoticed."""
AT_ONCE = 4
"""Polls that read at a time: more get into each other's way, and cost connections and twice the processor time."""
TURN_SECONDS = 5.0
"""How long a poll waits for its turn to read: a reader may be delayed, and must not delay all others."""
FORGOTTEN = 60.0
"""Seconds after which a mailbox that is not polled is not queried any more."""
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
    """Too many polls read, or wait to: this one may be made again."""

    permanent = False


@dataclass(slots=True)
class _Waiter:
    """A waiting poll: for what it waits, whether its client has gone away, and whether that was seen."""

    key: _Mailbox
    place: int
    gone: Callable[[], bool]
    ended: bool = False


class Places:
    """The places that waiting polls check before they query receipts. Any thread may use it."""

    def __init__(self, engine: Engine, changes: Changes | None) -> None:
        self._engine, self._changes = engine, changes
        self._lock = Lock()
        self._last_polled: dict[_Mailbox, float] = {}
        self._behind: dict[_Mailbox, int] = {}
        self._generation, self._until = -1, 0.0
        self._next_round = 0.0
        self._waiting: dict[Condition, _Waiter] = {}
        self._watched = False
        self._turns = BoundedSemaphore(AT_ONCE)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for a poll, which reads as one of a few; raises `NoTurn`."""
        if not self._turns.acquire(timeout=TURN_SECONDS):
            raise NoTurn
        try:
            with reading(self._engine) as connection:
                yield connection
        finally:
            self._turns.release()

    def beyond(self, sandbox: str, box: str, place: int) -> bool:
        """True if a mailbox holds a receipt beyond a place, by a query that is newer than every change notified so
        far."""
        with self._lock:
            return self._beyond((sandbox, box), place)

    def wait(self, sandbox: str, box: str, place: int, seconds: float, gone: Callable[[], bool] = lambda: False) -> int:
        """Wait until a mailbox has given places beyond a place, and give the last; 0: time is up, waiting is to end, or
        the client has `gone`, which any thread may call. Receipts may be in their places no more."""
        until, mine, waiter = monotonic() + seconds, Condition(self._lock), _Waiter((sandbox, box), place, gone)
        with self._lock:
            self._waiting[mine] = waiter
            try:
                while not self._beyond(waiter.key, place):
                    left = until - monotonic()
                    if left <= 0 or waiter.ended or (self._changes is not None and self._changes.closing):
                        return 0
                    if self._watched:
                        mine.wait(left)
                    else:
                        self._watch(min(left, NAP))
                return self._behind.get(waiter.key, 1) - 1
            finally:
                del self._waiting[mine]
                if self._waiting and not self._watched:
                    next(iter(self._waiting)).notify()  # somebody else watches from now on

    def _watch(self, seconds: float) -> None:
        """Wait, without the lock, for a change, and query for all waiting polls."""
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
        self._look(now)
        self._end_gone(now)

    def _end_gone(self, now: float) -> None:
        """Wake those whose clients have gone away; from time to time, however often there is a change."""
        if now < self._next_round:
            return
        self._next_round = now + NAP / 2
        for mine, waiter in self._waiting.items():
            if waiter.gone():
                waiter.ended = True
                mine.notify()

    def _beyond(self, key: _Mailbox, place: int) -> bool:
        now, known = monotonic(), key in self._last_polled
        self._last_polled[key] = now
        if now >= self._until or self._newest() > self._generation:
            self._look(now)
        elif not known:
            self._look_for(key)
        return self._behind.get(key, 1) > place + 1

    def _look_for(self, key: _Mailbox) -> None:
        with reading(self._engine) as connection:
            values = {"asked_sandbox": key[0], "asked_box": key[1]}
            self._behind[key] = fetch_value(connection, _OF_ONE, values) or 1

    def _newest(self) -> int:
        return self._changes.generation if self._changes is not None else self._generation + 1

    def _look(self, now: float) -> None:
        """Query, and wake all whose mailboxes have changed: no later query sees the change again."""
        generation = self._newest()
        self._last_polled = {key: at for key, at in self._last_polled.items() if now - at < FORGOTTEN}
        with reading(self._engine) as connection:
            rows = fetch_all(
                connection, _of_many(connection), pair_values(connection, list(self._last_polled), "asked")
            )
            self._behind = {(sandbox, box): behind for sandbox, box, behind in rows}
        self._generation, self._until = generation, now + FRESH
        for mine, waiter in self._waiting.items():
            if self._behind.get(waiter.key, 1) > waiter.place + 1:
                mine.notify()
