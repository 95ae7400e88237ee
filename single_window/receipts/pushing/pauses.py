"""Pauses of a channel after failures: growing, but bounded. Pure."""

from __future__ import annotations

from typing import NamedTuple

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
DAY = 24 * HOUR
BLOCKED_AFTER = 3
"""Consecutive failures after which a channel counts as blocked."""


class Pauses(NamedTuple):
    """Milliseconds: `first` after the first failures in order, then `then`; `later` once blocked for longer than
    `long_blocked`."""

    first: tuple[int, ...]
    then: int
    later: int
    long_blocked: int = 3 * DAY

    def after(self, failures: int, blocked_for: int) -> int:
        """The pause after a number of consecutive failures (1 or more)."""
        if failures <= len(self.first):
            return self.first[failures - 1]
        return self.then if blocked_for < self.long_blocked else self.later

    def is_due(self, next_at: int, now: int) -> bool:
        """True if an instant has come; one that is further off than any pause stems from a clock that was moved."""
        return next_at <= now or next_at > now + max(*self.first, self.then, self.later)


OF_PARTICIPANTS = Pauses((5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE), HOUR, DAY)
"""For receivers that are not ours: they are tried for three days at least every hour, then every day."""
OF_OUR_BROKER = Pauses((SECOND, 5 * SECOND, 15 * SECOND), 30 * SECOND, 30 * SECOND)
"""For our own broker, where an attempt is cheap."""
