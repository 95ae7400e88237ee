"""Limits the calls of a key per minute, counted in each process. Callers without a key are not counted."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from single_window.clock import system_now

WINDOW_SECONDS = 60


class CallAllowance(NamedTuple):
    """The rate limit of a key after a call: whether it was within the limit, the limit, calls left, seconds until the
    reset."""

    within: bool
    most: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """Headers by the IETF's draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"key";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"key";r={self.left};t={self.seconds}',
        }


class CallLimit:
    """At most `most` calls of each key per minute. Stores one number for each key used within the minute."""

    def __init__(self, most: int) -> None:
        self._item = RateLimitItemPerMinute(most)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, id: str) -> CallAllowance:
        """Count a call."""
        within = self._limiter.hit(self._item, id)
        reset, left = self._limiter.get_window_stats(self._item, id)
        return CallAllowance(within, self._item.amount, left, max(1, ceil(reset - system_now() / 1_000)))
