"""The only place that reads the time: a system or virtual clock for each sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from declarations.calendar import DAY, instant_of

FIRST, LAST = date(2010, 1, 1), date(2099, 12, 31)
"""First and last day that a clock may show. Deadlines years after the last day still have a four-digit year."""


def may_show(instant: int) -> bool:
    """True if a sandbox's clock may show an instant."""
    return instant_of(FIRST) <= instant < instant_of(LAST) + DAY


class Timepiece(Protocol):
    """The source of the machine's time."""

    def now(self) -> int:
        """The instant, in milliseconds since the epoch."""

    def monotonic(self) -> float:
        """Monotonic seconds."""


class _SystemTimepiece:
    """The operating system's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


_system_timepiece = _SystemTimepiece()
_timepiece: ContextVar[Timepiece] = ContextVar("timepiece", default=_system_timepiece)


@contextmanager
def timed_by(timepiece: Timepiece) -> Iterator[None]:
    """Within the block and this thread, read the machine's time from `timepiece`, as simulations do."""
    before = _timepiece.set(timepiece)
    try:
        yield
    finally:
        _timepiece.reset(before)


def system_now() -> int:
    """This machine's instant, in milliseconds since the epoch."""
    return _timepiece.get().now()


def monotonic() -> float:
    """Monotonic seconds, for durations and waiting; never stored."""
    return _timepiece.get().monotonic()


@dataclass(frozen=True, slots=True)
class Clock:
    """A sandbox's clock: the system clock, or a virtual clock.

    A virtual clock showed `base` when the system clock showed `set_at`; if `set_at` is in the future, it stands still
    until then. `rate` is the number of virtual milliseconds per system millisecond; at 0 the clock is frozen until it
    is advanced.
    """

    kind: str = "system"
    base: int = 0
    set_at: int = 0
    rate: Decimal = Decimal(1)
    generation: int = 0

    @property
    def mode(self) -> str:
        """The clock's mode in the API: real, virtual or frozen."""
        return "real" if self.kind == "system" else "virtual" if self.rate else "frozen"

    def now(self, system: int | None = None) -> int:
        """The sandbox's instant; `system`: the machine's instant, if the caller has read it."""
        at = system_now() if system is None else system
        return at if self.kind == "system" else self.base + int(max(0, at - self.set_at) * self.rate)
