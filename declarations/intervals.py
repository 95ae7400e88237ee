"""Intervals of shares: how far a count of cases reaches as evidence."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""
ENOUGH = 30
"""Below so many cases nothing is concluded from a share."""


class Interval(NamedTuple):
    """A share and the ends of its interval, from 0 to 1."""

    share: float
    low: float
    high: float


def wilson(found: int, of: int, z: float = Z_95) -> Interval | None:
    """Return the share `found` / `of` with Wilson's interval (Wilson 1927); None of no cases.

    Raises `ValueError` unless 0 ≤ found ≤ of."""
    if not 0 <= found <= of:
        raise ValueError(f"{found} of {of} is no share")
    if not of:
        return None
    share, weight = found / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    half = z * sqrt(share * (1 - share) / of + weight / (4 * of)) / (1 + weight)
    # at 0 and 1 the ends are exact; floats would miss them by some 1e-17
    low = 0.0 if not found else middle - half
    high = 1.0 if found == of else middle + half
    return Interval(share, low, high)
