"""The only place that issues numbers: serials handed out in ranges, in a short transaction of their own.

A range that is lost (a stop, a rollback) leaves a gap, never a double.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock

from sqlalchemy import Connection, Engine, select, update

from single_window.store.bulk import upsert_rows
from single_window.store.engine import writing
from single_window.store.tables import serial

RANGE = 1_000
ROWS = ""
"""The pseudo-sandbox of row ids, which are unique in the whole database."""


_EMPTY: deque[int] = deque()


class Exhausted(Exception):
    """More numbers were needed inside a transaction than were set aside before it; the step is taken again."""

    def __init__(self, sandbox: str, name: str, count: int) -> None:
        super().__init__(f"{count} numbers of {name!r} in sandbox {sandbox!r}")
        self.sandbox, self.name, self.count = sandbox, name, count


class Numbering:
    """Serial numbers for one process. `ensure` before a transaction, `take` inside it."""

    def __init__(self, engine: Engine, range_size: int = RANGE) -> None:
        self._engine = engine
        self._range = range_size
        self._pools: dict[tuple[str, str], deque[int]] = {}
        self._lock = Lock()

    def ensure(self, sandbox: str, name: str, count: int) -> None:
        """Set aside at least `count` numbers; opens a transaction, so never inside another one."""
        with self._lock:
            pool = self._pools.setdefault((sandbox, name), deque())
            missing = count - len(pool)
        if missing > 0:
            size = -(-missing // self._range) * self._range
            first = self._advance(sandbox, name, size)
            with self._lock:
                pool.extend(range(first, first + size))

    def refill(self, least: int) -> None:
        """Set aside more of everything that was ever asked for and has fallen below `least`."""
        for sandbox, name in list(self._pools):
            self.ensure(sandbox, name, least)

    def take(self, sandbox: str, name: str, count: int = 1) -> list[int]:
        """The next `count` numbers, from what was set aside; raises `Exhausted` when that is not enough."""
        pool = self._pools.get((sandbox, name), _EMPTY)
        with self._lock:
            if len(pool) < count:
                raise Exhausted(sandbox, name, count)
            return [pool.popleft() for _ in range(count)]

    def one(self, sandbox: str, name: str) -> int:
        """The next number; raises `Exhausted`."""
        try:
            return self._pools[sandbox, name].popleft()
        except (KeyError, IndexError):
            raise Exhausted(sandbox, name, 1) from None

    def retrying(self, step: Callable[[], int]) -> int:
        """Run a step, setting aside more numbers and running it again as often as it runs out of them."""
        wanted = 2 * self._range
        while True:
            try:
                return step()
            except Exhausted as short:
                wanted = 4 * max(wanted, short.count)
                self.ensure(short.sandbox, short.name, wanted)

    def _advance(self, sandbox: str, name: str, size: int) -> int:
        step = (update(serial).where(serial.c.sandbox == sandbox, serial.c.name == name)
                .values(next=serial.c.next + size).returning(serial.c.next))
        with writing(self._engine) as connection:
            after = connection.execute(step).scalar()
            if after is None:  # somebody else may be making it at this moment
                upsert_rows(connection, serial, ("sandbox", "name"), [(sandbox, name)])
                after = connection.execute(step).scalar_one()
        return int(after) - size

    def last(self, sandbox: str, name: str) -> int:
        """The highest number handed out in ranges so far (0: none)."""
        with self._engine.connect() as connection:
            found = connection.execute(
                select(serial.c.next).where(serial.c.sandbox == sandbox, serial.c.name == name)).scalar()
        return int(found or 1) - 1


def pass_over(connection: Connection, steps: Mapping[tuple[str, str], int]) -> int:
    """Go on so many numbers further with each series, by sandbox and name; gives how many series there are.

    One that was never used is begun. Only where nobody has numbers set aside: after a restore, say.
    """
    upsert_rows(connection, serial, ("sandbox", "name"), list(steps))
    for (sandbox, name), step in steps.items():
        connection.execute(update(serial).where(serial.c.sandbox == sandbox, serial.c.name == name)
                           .values(next=serial.c.next + step))
    return len(steps)
