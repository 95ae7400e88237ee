"""The only place that reads the time: a system or virtual clock for each sandbox."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal


def system_now() -> int:
    """This machine's instant, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds that never go back: for durations and waiting, never for a record."""
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Clock:
    """A sandbox's clock: the system's, or a virtual one that stood at `base` when the system's stood at `set_at`.

    `rate` is how many virtual milliseconds pass in one of the system's; 0 stands still until it is advanced.
    """

    kind: str = "system"
    base: int = 0
    set_at: int = 0
    rate: Decimal = Decimal(1)
    generation: int = 0

    def now(self, system: int | None = None) -> int:
        """The sandbox's instant (`system`: the machine's, if it was read already)."""
        at = system_now() if system is None else system
        return at if self.kind == "system" else self.base + int((at - self.set_at) * self.rate)
