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
"""The days that a clock may show: what falls due years later still has a date with four digits of a year."""


def may_show(instant: int) -> bool:
    """True if a sandbox's clock may show an instant."""
    return instant_of(FIRST) <= instant < instant_of(LAST) + DAY


class Timepiece(Protocol):
    """The source of the machine's time."""

    def now(self) -> int:
        """The instant, in milliseconds since the epoch."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


class _ThisMachine:
    """The computer that this runs on."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


_this_machine = _ThisMachine()
_timepiece: ContextVar[Timepiece] = ContextVar("timepiece", default=_this_machine)


@contextmanager
def timed_by(timepiece: Timepiece) -> Iterator[None]:
    """In this thread, as long as the block lasts, another source of the machine's time: a simulation's."""
    before = _timepiece.set(timepiece)
    try:
        yield
    finally:
        _timepiece.reset(before)


def system_now() -> int:
    """This machine's instant, in milliseconds since the epoch."""
    return _timepiece.get().now()


def monotonic() -> float:
    """Seconds that never go back: for durations and waiting, never for a record."""
    return _timepiece.get().monotonic()


@dataclass(frozen=True, slots=True)
class Clock:
    """A sandbox's clock: the system's, or a virtual one that stood at `base` when the system's stood at `set_at`;
    where that is yet to come, it stands still until then.

    `rate` is how many virtual milliseconds pass in one of the system's; 0 stands still until it is advanced.
    """

    kind: str = "system"
    base: int = 0
    set_at: int = 0
    rate: Decimal = Decimal(1)
    generation: int = 0

    @property
    def mode(self) -> str:
        """The mode of it, as programs request it: real, virtual or frozen."""
        return "real" if self.kind == "system" else "virtual" if self.rate else "frozen"

    def now(self, system: int | None = None) -> int:
        """The sandbox's instant (`system`: the machine's, if it was read already)."""
        at = system_now() if system is None else system
        return at if self.kind == "system" else self.base + int(max(0, at - self.set_at) * self.rate)
