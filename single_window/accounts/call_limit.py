"""Limits the calls that a key may make in a minute, counted in each process. Unknown callers are not counted here."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from single_window.clock import system_now

WINDOW_SECONDS = 60


class CallAllowance(NamedTuple):
    """The standing of a key after a call: if that was within its limit, the calls left, the seconds until all are."""

    within: bool
    most: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF's draft-ietf-httpapi-ratelimit-headers has it."""
        return {
            "RateLimit-Policy": f'"key";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"key";r={self.left};t={self.seconds}',
        }


class CallLimit:
    """So many calls of each key a minute. Memory: one number for each key that called within the minute."""

    def __init__(self, most: int) -> None:
        self._item = RateLimitItemPerMinute(most)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, id: str) -> CallAllowance:
        """Count a call."""
        within = self._limiter.hit(self._item, id)
        reset, left = self._limiter.get_window_stats(self._item, id)
        return CallAllowance(within, self._item.amount, left, max(1, ceil(reset - system_now() / 1_000)))
