"""Issues all serial numbers: reserves them in ranges, in a short separate transaction.

A lost range (process stop, rollback) leaves a gap, never a duplicate. Memory is bounded: reserved numbers are kept as
ranges, of at most `MAX_SERIES` series.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from operator import length_hint
from threading import Lock
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Connection, Engine, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from single_window.store.bulk import per_dialect, upsert_rows
from single_window.store.engine import writing
from single_window.store.tables import serial

RANGE = 1_000
ROWS = ""
"""The pseudo-sandbox of row ids, which are unique in the database."""


MAX_SERIES = 20_000
"""Maximum number of series with reserved numbers between two steps; the least recently used are evicted."""
FIRST_RESERVATION, RESERVATION_GROWTH = 8_000, 4
"""Numbers reserved when a step first runs out of a series, and the factor for each further time."""


SeriesKey: TypeAlias = tuple[str, str]
"""(sandbox, name of a series)"""


@per_dialect
def _advancing(sqlite: bool) -> Any:
    """The statement that advances a series, which it creates if it is new, and returns its next number."""
    size: Any = bindparam("size", type_=BigInteger)
    row: Any = (sqlite_insert if sqlite else postgresql_insert)(serial).values(
        sandbox=bindparam("of_sandbox"), name=bindparam("of_name"), next=1 + size
    )
    advanced = row.on_conflict_do_update(index_elements=["sandbox", "name"], set_={"next": serial.c.next + size})
    return advanced.returning(serial.c.next)


class Exhausted(Exception):
    """More numbers were needed inside a transaction than were reserved before it; the step is retried."""

    def __init__(self, sandbox: str, name: str, count: int) -> None:
        super().__init__(f"{count} numbers of {name!r} in sandbox {sandbox!r}")
        self.sandbox, self.name, self.count = sandbox, name, count


class _Series:
    """Reserved, unused numbers of one series. Not thread-safe by itself."""

    __slots__ = ("_ranges",)

    def __init__(self) -> None:
        self._ranges: list[Iterator[int]] = []

    def __len__(self) -> int:
        return sum(map(length_hint, self._ranges))

    def add(self, first: int, size: int) -> None:
        """Append `size` numbers from `first` on."""
        self._ranges.append(iter(range(first, first + size)))

    def next(self) -> int | None:
        """The next number, or None if none is left."""
        while self._ranges:
            number = next(self._ranges[0], None)
            if number is not None:
                return number
            del self._ranges[0]
        return None


class Numbering:
    """Serial numbers for one process. `ensure` before a transaction, `take` inside it."""

    def __init__(self, engine: Engine, range_size: int = RANGE, kept: int = MAX_SERIES) -> None:
        self._engine = engine
        self._range, self._kept = range_size, kept
        self._series: OrderedDict[SeriesKey, _Series] = OrderedDict()
        self._used: set[SeriesKey] = set()
        self._names: set[str] = set()
        self._lock = Lock()

    def ensure(self, sandbox: str, name: str, count: int) -> None:
        """Reserve at least `count` numbers, in a new transaction; must not be called inside another one."""
        with self._lock:
            missing = count - self._remaining((sandbox, name))
        if missing > 0:
            self._reserve([(sandbox, name)], missing)

    def refill(self, least: int) -> None:
        """Reserve more of every series that was used since the last call and has fewer than `least` left."""
        with self._lock:
            used, self._used = self._used, set()
            for key in used & self._series.keys():
                self._series.move_to_end(key)
            short = [key for key in used if self._remaining(key) < least]
        if short:
            self._reserve(short, least)

    def evict(self) -> None:
        """Drop the least recently used series above the limit. Only between steps, because a step may need more."""
        with self._lock:
            while len(self._series) > self._kept:
                self._series.popitem(last=False)

    def take(self, sandbox: str, name: str, count: int = 1) -> list[int]:
        """The next `count` reserved numbers; raises `Exhausted` if there are too few."""
        key = (sandbox, name)
        with self._lock:
            if self._remaining(key) < count:
                raise Exhausted(sandbox, name, count)
            return [self._next(key) for _ in range(count)]

    def next_number(self, sandbox: str, name: str) -> int:
        """The next number; raises `Exhausted`."""
        with self._lock:
            return self._next((sandbox, name))

    def retrying(self, step: Callable[[], int], sandboxes: Callable[[], Iterable[str]] = lambda: ()) -> int:
        """Run a step; whenever it runs out of numbers, reserve more and run it again.

        `sandboxes` returns all sandboxes of the step. Whatever one of them lacks is reserved for all, together with the
        series of the same names as those used before: the first trade in a further sandbox is retried once, not once
        for each series and sandbox.
        """
        retries: Counter[SeriesKey] = Counter()
        while True:
            try:
                return step()
            except Exhausted as short:
                key = (short.sandbox, short.name)
                least = max(FIRST_RESERVATION, RESERVATION_GROWTH * short.count)
                self.ensure(*key, least * RESERVATION_GROWTH ** retries[key])
                retries[key] += 1
                if short.sandbox != ROWS:
                    keys = product({short.sandbox, *sandboxes()}, {short.name, *self._names.copy()})
                    self._reserve(self._without_numbers(keys), self._range)

    def _without_numbers(self, keys: Iterable[SeriesKey]) -> list[SeriesKey]:
        """The series without reserved numbers."""
        with self._lock:
            return [key for key in keys if not self._remaining(key)]

    def _remaining(self, key: SeriesKey) -> int:
        """The number of reserved numbers; the caller holds the lock."""
        series = self._series.get(key)
        return 0 if series is None else len(series)

    def _next(self, key: SeriesKey) -> int:
        """The next number, else `Exhausted`; the caller holds the lock."""
        series = self._series.get(key)
        number = None if series is None else series.next()
        if number is None:
            raise Exhausted(*key, 1)
        self._used.add(key)
        if key[0] != ROWS:
            self._names.add(key[1])
        return number

    def _reserve(self, keys: Sequence[SeriesKey], count: int) -> None:
        """Reserve at least `count` numbers of each series, in one transaction."""
        size = -(-count // self._range) * self._range
        # sorted, so that two processes that lock the same rows do not deadlock
        first = self._advance(sorted(set(keys)), size) if keys else {}
        with self._lock:
            for key, begins in first.items():
                self._series.setdefault(key, _Series()).add(begins, size)
                self._series.move_to_end(key)

    def _advance(self, keys: Sequence[SeriesKey], size: int) -> dict[SeriesKey, int]:
        """Advance each series by `size`; returns its first new number."""
        with writing(self._engine) as connection:
            return {key: self._advance_one(connection, *key, size) - size for key in keys}

    @staticmethod
    def _advance_one(connection: Connection, sandbox: str, name: str, size: int) -> int:
        values = {"of_sandbox": sandbox, "of_name": name, "size": size}
        return int(connection.execute(_advancing(connection), values).scalar_one())

    def last(self, sandbox: str, name: str) -> int:
        """The highest number reserved in ranges so far (0: none)."""
        with self._engine.connect() as connection:
            next_number = connection.execute(
                select(serial.c.next).where(serial.c.sandbox == sandbox, serial.c.name == name)
            ).scalar()
        return int(next_number or 1) - 1


def advance_series(connection: Connection, steps: Mapping[tuple[str, str], int]) -> int:
    """Advance each series (sandbox, name) by its step, creating unused ones; returns the number of series.

    Only safe while no process has reserved numbers, for example after a restore.
    """
    upsert_rows(connection, serial, ("sandbox", "name"), list(steps))
    for (sandbox, name), step in steps.items():
        connection.execute(
            update(serial).where(serial.c.sandbox == sandbox, serial.c.name == name).values(next=serial.c.next + step)
        )
    return len(steps)
