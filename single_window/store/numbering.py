"""The only place that issues numbers: serials are reserved in ranges, in a short transaction of their own.

A range that is lost (a stop, a rollback) leaves a gap, never a duplicate. Reserved numbers are kept as ranges, so that
their memory does not grow with their count, and of a bounded number of series, however many sandboxes there are.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import length_hint
from threading import Lock
from typing import TypeAlias

from sqlalchemy import Connection, Engine, select, update

from single_window.store.bulk import upsert_rows
from single_window.store.engine import writing
from single_window.store.tables import serial

RANGE = 1_000
ROWS = ""
"""The pseudo-sandbox of row ids, which are unique in the whole database."""


MAX_SERIES = 20_000
"""Series with reserved numbers between two steps, at most; the least recently used ones are evicted."""
FIRST_RESERVATION, RESERVATION_GROWTH = 8_000, 4
"""Numbers reserved when a step first runs out of a series, and by how much more each time it runs out again."""


Place: TypeAlias = tuple[str, str]
"""A sandbox and the name of a series in it."""


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
        """Append so many numbers from `first` on."""
        self._ranges.append(iter(range(first, first + size)))

    def next(self) -> int | None:
        """The next number; None where none is left."""
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
        self._series: OrderedDict[Place, _Series] = OrderedDict()
        self._used: set[Place] = set()
        self._lock = Lock()

    def ensure(self, sandbox: str, name: str, count: int) -> None:
        """Reserve at least `count` numbers; opens a transaction, so never inside another one."""
        with self._lock:
            missing = count - self._left((sandbox, name))
        if missing > 0:
            self._reserve([(sandbox, name)], missing)

    def refill(self, least: int) -> None:
        """Reserve more of every series that was used since the last call and has fewer than `least` left."""
        with self._lock:
            used, self._used = self._used, set()
            for place in used & self._series.keys():
                self._series.move_to_end(place)
            short = [place for place in used if self._left(place) < least]
        if short:
            self._reserve(short, least)

    def evict(self) -> None:
        """Drop the least recently used of too many series. Between two steps only: a step may need more."""
        with self._lock:
            while len(self._series) > self._kept:
                self._series.popitem(last=False)

    def take(self, sandbox: str, name: str, count: int = 1) -> list[int]:
        """The next `count` reserved numbers; raises `Exhausted` when there are too few."""
        place = (sandbox, name)
        with self._lock:
            if self._left(place) < count:
                raise Exhausted(sandbox, name, count)
            return [self._next(place) for _ in range(count)]

    def next_number(self, sandbox: str, name: str) -> int:
        """The next number; raises `Exhausted`."""
        with self._lock:
            return self._next((sandbox, name))

    def retrying(self, step: Callable[[], int], sandboxes: Callable[[], Iterable[str]] = lambda: ()) -> int:
        """Run a step, and again after reserving more numbers, as often as it runs out of them.

        `sandboxes` gives all that the step concerns: a series that one of them lacks is reserved for the others too, so
        that a step for many new sandboxes is retried once for each series, not for each sandbox.
        """
        retries: Counter[Place] = Counter()
        while True:
            try:
                return step()
            except Exhausted as short:
                place = (short.sandbox, short.name)
                least = max(FIRST_RESERVATION, RESERVATION_GROWTH * short.count)
                self.ensure(*place, least * RESERVATION_GROWTH ** retries[place])
                retries[place] += 1
                if short.sandbox != ROWS:
                    self._reserve(self._without([(name, short.name) for name in sandboxes()]), self._range)

    def _without(self, places: Iterable[Place]) -> list[Place]:
        """Those without reserved numbers."""
        with self._lock:
            return [place for place in places if not self._left(place)]

    def _left(self, place: Place) -> int:
        """The number of reserved numbers; the caller holds the lock."""
        series = self._series.get(place)
        return 0 if series is None else len(series)

    def _next(self, place: Place) -> int:
        """The next number, else `Exhausted`; the caller holds the lock."""
        series = self._series.get(place)
        number = None if series is None else series.next()
        if number is None:
            raise Exhausted(*place, 1)
        self._used.add(place)
        return number

    def _reserve(self, places: Sequence[Place], count: int) -> None:
        """Reserve at least so many numbers of each of these series, in one transaction."""
        size = -(-count // self._range) * self._range
        # in one order: two processes that lock the same rows must not deadlock
        first = self._advance(sorted(set(places)), size) if places else {}
        with self._lock:
            for place, begins in first.items():
                self._series.setdefault(place, _Series()).add(begins, size)
                self._series.move_to_end(place)

    def _advance(self, places: Sequence[Place], size: int) -> dict[Place, int]:
        """Advance each series by so many numbers; gives the first of each."""
        with writing(self._engine) as connection:
            return {place: self._advance_one(connection, *place, size) - size for place in places}

    @staticmethod
    def _advance_one(connection: Connection, sandbox: str, name: str, size: int) -> int:
        step = (
            update(serial)
            .where(serial.c.sandbox == sandbox, serial.c.name == name)
            .values(next=serial.c.next + size)
            .returning(serial.c.next)
        )
        after = connection.execute(step).scalar()
        if after is None:  # another process may be inserting it at this moment
            upsert_rows(connection, serial, ("sandbox", "name"), [(sandbox, name)])
            after = connection.execute(step).scalar_one()
        return int(after)

    def last(self, sandbox: str, name: str) -> int:
        """The highest number reserved in ranges so far (0: none)."""
        with self._engine.connect() as connection:
            next_number = connection.execute(
                select(serial.c.next).where(serial.c.sandbox == sandbox, serial.c.name == name)
            ).scalar()
        return int(next_number or 1) - 1


def advance_series(connection: Connection, steps: Mapping[tuple[str, str], int]) -> int:
    """Advance each series by so many numbers, by sandbox and name; gives the number of series.

    One that was never used is begun. Only where no process has numbers reserved: after a restore, for example.
    """
    upsert_rows(connection, serial, ("sandbox", "name"), list(steps))
    for (sandbox, name), step in steps.items():
        connection.execute(
            update(serial).where(serial.c.sandbox == sandbox, serial.c.name == name).values(next=serial.c.next + step)
        )
    return len(steps)
