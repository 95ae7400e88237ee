"""The only place that issues numbers: serials handed out in ranges, in a short transaction of their own.

A range that is lost (a stop, a rollback) leaves a gap, never a double. What is set aside is kept as ranges, so that its
memory does not grow with how much it is, and of so many series only that it does not grow with the number of sandboxes.
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


KEPT = 20_000
"""Series of which numbers are set aside between two steps, at most; those that were not used for longest are let go."""
FIRST, FACTOR = 8_000, 4
"""Numbers set aside when a step first runs out of a series; so many times as many each time it runs out of it again."""


Place: TypeAlias = tuple[str, str]
"""A sandbox and the name of a series in it."""


class Exhausted(Exception):
    """More numbers were needed inside a transaction than were set aside before it; the step is taken again."""

    def __init__(self, sandbox: str, name: str, count: int) -> None:
        super().__init__(f"{count} numbers of {name!r} in sandbox {sandbox!r}")
        self.sandbox, self.name, self.count = sandbox, name, count


class _Series:
    """Numbers of one series that were set aside and not used. Not safe for threads by itself."""

    __slots__ = ("_ranges",)

    def __init__(self) -> None:
        self._ranges: list[Iterator[int]] = []

    def __len__(self) -> int:
        return sum(map(length_hint, self._ranges))

    def add(self, first: int, size: int) -> None:
        """Put so many numbers from `first` on behind those that are there."""
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

    def __init__(self, engine: Engine, range_size: int = RANGE, kept: int = KEPT) -> None:
        self._engine = engine
        self._range, self._kept = range_size, kept
        self._series: OrderedDict[Place, _Series] = OrderedDict()
        self._used: set[Place] = set()
        self._lock = Lock()

    def ensure(self, sandbox: str, name: str, count: int) -> None:
        """Set aside at least `count` numbers; opens a transaction, so never inside another one."""
        with self._lock:
            missing = count - self._left((sandbox, name))
        if missing > 0:
            self._set_aside([(sandbox, name)], missing)

    def refill(self, least: int) -> None:
        """Set aside more of every series that was used since the last time and has fallen below `least`."""
        with self._lock:
            used, self._used = self._used, set()
            for place in used & self._series.keys():
                self._series.move_to_end(place)
            short = [place for place in used if self._left(place) < least]
        if short:
            self._set_aside(short, least)

    def let_go(self) -> None:
        """Forget what is set aside of too many series. Between two steps only: a step may need more than are kept."""
        with self._lock:
            while len(self._series) > self._kept:
                self._series.popitem(last=False)

    def take(self, sandbox: str, name: str, count: int = 1) -> list[int]:
        """The next `count` numbers, from what was set aside; raises `Exhausted` when that is not enough."""
        place = (sandbox, name)
        with self._lock:
            if self._left(place) < count:
                raise Exhausted(sandbox, name, count)
            return [self._next(place) for _ in range(count)]

    def one(self, sandbox: str, name: str) -> int:
        """The next number; raises `Exhausted`."""
        with self._lock:
            return self._next((sandbox, name))

    def retrying(self, step: Callable[[], int], sandboxes: Callable[[], Iterable[str]] = lambda: ()) -> int:
        """Run a step, setting aside more numbers and running it again as often as it runs out of them.

        `sandboxes` gives all that the step concerns: what one of them lacks the others are given too, so that a step
        for many new sandboxes is run again once for each series, not for each sandbox.
        """
        times: Counter[Place] = Counter()
        while True:
            try:
                return step()
            except Exhausted as short:
                place = (short.sandbox, short.name)
                self.ensure(*place, max(FIRST, FACTOR * short.count) * FACTOR ** times[place])
                times[place] += 1
                if short.sandbox != ROWS:
                    self._set_aside(self._without([(name, short.name) for name in sandboxes()]), self._range)

    def _without(self, places: Iterable[Place]) -> list[Place]:
        """Those of which nothing is set aside."""
        with self._lock:
            return [place for place in places if not self._left(place)]

    def _left(self, place: Place) -> int:
        """How many numbers are set aside; the caller holds the lock."""
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

    def _set_aside(self, places: Sequence[Place], count: int) -> None:
        """Take at least so many numbers of each of these series, in one transaction."""
        size = -(-count // self._range) * self._range
        # in one order, so that two processes that do this wait for each other's rows in turn
        first = self._advance(sorted(set(places)), size) if places else {}
        with self._lock:
            for place, begins in first.items():
                self._series.setdefault(place, _Series()).add(begins, size)
                self._series.move_to_end(place)

    def _advance(self, places: Sequence[Place], size: int) -> dict[Place, int]:
        """Hand out so many numbers of each series; gives the first of each."""
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
        if after is None:  # somebody else may be making it at this moment
            upsert_rows(connection, serial, ("sandbox", "name"), [(sandbox, name)])
            after = connection.execute(step).scalar_one()
        return int(after)

    def last(self, sandbox: str, name: str) -> int:
        """The highest number handed out in ranges so far (0: none)."""
        with self._engine.connect() as connection:
            found = connection.execute(
                select(serial.c.next).where(serial.c.sandbox == sandbox, serial.c.name == name)
            ).scalar()
        return int(found or 1) - 1


def pass_over(connection: Connection, steps: Mapping[tuple[str, str], int]) -> int:
    """Go on so many numbers further with each series, by sandbox and name; gives how many series there are.

    One that was never used is begun. Only where nobody has numbers set aside: after a restore, say.
    """
    upsert_rows(connection, serial, ("sandbox", "name"), list(steps))
    for (sandbox, name), step in steps.items():
        connection.execute(
            update(serial).where(serial.c.sandbox == sandbox, serial.c.name == name).values(next=serial.c.next + step)
        )
    return len(steps)
