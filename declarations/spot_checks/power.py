"""The power of a plan: how large a sample must be, and how often a bad lot is accepted."""

from __future__ import annotations

from math import comb, exp, lgamma, log, log1p

from declarations.intervals import Interval, wilson

SURE = 0.95


def smallest_sample(universe: int, bad: int, sure: float = SURE) -> int:
    """Return the smallest number of units to draw to meet at least one of `bad` units with probability `sure`.

    Hypergeometric: drawn without return from a universe of that size; raises `ValueError` unless 0 < bad ≤ universe."""
    if not 0 < bad <= universe:
        raise ValueError(f"{bad} of {universe} bad units are no universe")
    missed = 1.0
    for drawn in range(universe):
        missed *= max(0, universe - bad - drawn) / (universe - drawn)
        if 1 - missed >= sure:
            return drawn + 1
    return universe


def chance_of_acceptance(size: int, most: int, share: float) -> float:
    """Return the probability that a sample of `size` units has at most `most` bad ones if this share of all is bad.

    Binomial; `share` from 0 to 1."""
    if share <= 0 or most >= size:
        return 1.0
    if share >= 1:
        return 0.0
    return min(1.0, sum(_chance_of(size, bad, share) for bad in range(most + 1)))


def _chance_of(size: int, bad: int, share: float) -> float:
    if size < 1_000:
        return comb(size, bad) * share**bad * (1 - share) ** (size - bad)
    ways = lgamma(size + 1) - lgamma(bad + 1) - lgamma(size - bad + 1)
    return exp(ways + bad * log(share) + (size - bad) * log1p(-share))


def failure_rate(failed: int, tested: int) -> Interval | None:
    """Return the share of random samples that failed, with its interval; only samples of basis R may be counted."""
    return wilson(failed, tested)
