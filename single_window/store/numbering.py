"""Issues all serial numbers: reserves them in ranges, ahead of a transaction or when one runs out of them.

On SQLite, which has one writer, a range that a writing transaction reserves is part of it: dropped if it is rolled
back, everybody's once it is committed. On PostgreSQL it is reserved over another connection, so that nobody waits for
the row of a series longer than that takes. A lost range leaves a gap, never a duplicate. Memory is bounded: reserved
numbers are kept as ranges, of at most `MAX_SERIES` series.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import length_hint
from threading import Lock
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Connection, Engine, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from single_window.store.bulk import per_dialect, upsert_rows
from single_window.store.engine import AFTER_COMMIT, in_hand, read_once, separate, writing
from single_window.store.prepared import fetch_value
from single_window.store.series import ROWS as ROWS
from single_window.store.series import demand
from single_window.store.tables import serial

RANGE = 1_000
MAX_SERIES = 20_000
"""Maximum number of series with reserved numbers between two steps; the least recently used are evicted."""
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

    def extend(self, other: _Series) -> None:
        """Append what another series has left."""
        self._ranges.extend(other._ranges)

    def next(self) -> int | None:
        """The next number, or None if none is left."""
        while self._ranges:
            number = next(self._ranges[0], None)
            if number is not None:
                return number
            del self._ranges[0]
        return None


class Numbering:
    """Serial numbers for one process. Ranges that are reserved ahead (`ensure`, `refill`) only save time."""

    def __init__(self, engine: Engine, range_size: int = RANGE, kept: int = MAX_SERIES) -> None:
        self._engine = engine
        self._range, self._kept = range_size, kept
        self._series: OrderedDict[SeriesKey, _Series] = OrderedDict()
        self._used: set[SeriesKey] = set()
        self._names: set[str] = set()
        self._lock = Lock()

    @cached_property
    def _separate(self) -> Engine:
        """The engine over which numbers are reserved within a transaction."""
        return separate(self._engine)

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
        """The next `count` numbers."""
        return [self.next_number(sandbox, name, count - taken) for taken in range(count)]

    def next_number(self, sandbox: str, name: str, wanted: int = 1) -> int:
        """The next number: a reserved one, else the first of a range that is reserved now, for so many as `wanted`.
        Raises `LookupError` for a series that a restored copy would not know."""
        demand(sandbox, name)
        key = (sandbox, name)
        with self._lock:
            number = self._next(key)
        connection = None if number is not None else in_hand(self._engine)
        if connection is not None:
            number = self._next_of_transaction(connection, key, wanted)
        while number is None:
            self._reserve(self._lacking(key), wanted, self._separate)
            with self._lock:
                number = self._next(key)
        return number

    def _next_of_transaction(self, connection: Connection, key: SeriesKey, wanted: int) -> int | None:
        """The next number of the ranges that belong to a writing transaction, which are everybody's after it."""
        own: dict[SeriesKey, _Series] = read_once(connection, (AFTER_COMMIT, id(self)), dict)
        if not own:
            calls: list[Callable[[], None]] = read_once(connection, AFTER_COMMIT, list)
            calls.append(lambda: self._take_over(own))
        series = own.setdefault(key, _Series())
        if not len(series):
            size = self._size(wanted)
            series.add(advance_one(connection, *key, size) - size, size)
        with self._lock:
            self._note_use(key)
        return series.next()

    def _take_over(self, own: Mapping[SeriesKey, _Series]) -> None:
        """Keep what is left of the ranges of a committed transaction."""
        with self._lock:
            for key, series in own.items():
                self._series.setdefault(key, _Series()).extend(series)

    def _lacking(self, key: SeriesKey) -> list[SeriesKey]:
        """A series that has run out, and with it those of its sandbox that were used in other sandboxes: the first
        trade in a sandbox needs them all."""
        names = self._names if key[0] != ROWS else ()
        with self._lock:
            others = [(key[0], name) for name in sorted(names) if not self._remaining((key[0], name))]
        return [key, *others]

    def _remaining(self, key: SeriesKey) -> int:
        """The number of reserved numbers; the caller holds the lock."""
        series = self._series.get(key)
        return 0 if series is None else len(series)

    def _next(self, key: SeriesKey) -> int | None:
        """The next reserved number, None if there is none; the caller holds the lock."""
        series = self._series.get(key)
        number = None if series is None else series.next()
        if number is not None:
            self._note_use(key)
        return number

    def _note_use(self, key: SeriesKey) -> None:
        """Have `refill` reserve more of this series; the caller holds the lock."""
        self._used.add(key)
        if key[0] != ROWS:
            self._names.add(key[1])

    def _size(self, count: int) -> int:
        """So many numbers, in whole ranges."""
        return -(-count // self._range) * self._range

    def _reserve(self, keys: Sequence[SeriesKey], count: int, engine: Engine | None = None) -> None:
        """Reserve at least `count` numbers of each series, in one transaction."""
        size = self._size(count)
        # sorted, so that two processes that lock the same rows do not deadlock
        first = self._advance(engine or self._engine, sorted(set(keys)), size)
        with self._lock:
            for key, begins in first.items():
                self._series.setdefault(key, _Series()).add(begins, size)
                self._series.move_to_end(key)

    def _advance(self, engine: Engine, keys: Sequence[SeriesKey], size: int) -> dict[SeriesKey, int]:
        """Advance each series by `size`; returns its first new number."""
        with writing(engine) as connection:
            return {key: advance_one(connection, *key, size) - size for key in keys}

    def last(self, sandbox: str, name: str) -> int:
        """The highest number reserved in ranges so far (0: none)."""
        with self._engine.connect() as connection:
            next_number = connection.execute(
                select(serial.c.next).where(serial.c.sandbox == sandbox, serial.c.name == name)
            ).scalar()
        return int(next_number or 1) - 1


class TrialNumbering(Numbering):
    """Numbers for a transaction of which nothing stays: those that follow what is reserved, and no series is
    advanced."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.engine)
        self._connection = connection
        self._following: dict[SeriesKey, int] = {}

    def next_number(self, sandbox: str, name: str, wanted: int = 1) -> int:
        """The next number, which nobody else is kept from."""
        demand(sandbox, name)
        key = (sandbox, name)
        number = self._following.get(key) or next_of(self._connection, key) or 1
        self._following[key] = number + 1
        return number


def advance_one(connection: Connection, sandbox: str, name: str, size: int) -> int:
    """Advance a series, which is created if it is new; returns its next number."""
    values = {"of_sandbox": sandbox, "of_name": name, "size": size}
    return int(fetch_value(connection, _advancing(connection), values))


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


def next_of(connection: Connection, key: SeriesKey) -> int | None:
    """Return what a series holds; None: it is not there."""
    chosen = select(serial.c.next).where(serial.c.sandbox == key[0], serial.c.name == key[1])
    found: int | None = connection.execute(chosen).scalar()
    return found


def reach_series(connection: Connection, least: Mapping[tuple[str, str], int]) -> None:
    """Advance each series (sandbox, name) to its next number of before, unless it is there already."""
    there = {(row.sandbox, row.name): row.next for row in connection.execute(select(serial))}
    ahead = [(*key, number) for key, number in sorted(least.items()) if number > there.get(key, 0)]
    upsert_rows(connection, serial, ("sandbox", "name", "next"), ahead, replace=("next",))
