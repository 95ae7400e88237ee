"""Computes delays of receipts, fixed or random. Random values are hashes of seed, trigger and business key."""

from __future__ import annotations

from hashlib import sha256
from math import exp
from statistics import NormalDist

from single_window.outcomes.triggers import MAX_DELAY_SECONDS, Action, DelayDistribution, Do, Trigger

REORDER_SECONDS = 30.0
"""Default delay in seconds of a receipt that must come out of order."""
SHARES = 2**52


def held_back(trigger: Trigger, now: int, before: int, *key: str) -> int:
    """Milliseconds by which a trigger delays a receipt at an instant, after `before` others."""
    term, action = trigger.match.term, trigger.action
    if term is None or action.spread not in {DelayDistribution.END, DelayDistribution.RATE}:
        return delay(action, *key)
    if action.spread is DelayDistribution.END:
        return max(0, term.ends - now)
    return max(0, term.begins + round(before * action.seconds * 1_000) - now)


def within(share: float, *key: str) -> bool:
    """True if the key's random value is within `share` percent."""
    return share >= 100 or _share(("share", *key)) * 100 < share


def delay(action: Action, *key: str) -> int:
    """The delay of a receipt in milliseconds; deterministic for a key."""
    if action.spread is DelayDistribution.FIXED:
        return round((action.seconds or (REORDER_SECONDS if action.do is Do.REORDER else 0)) * 1_000)
    share = _share(key)
    if action.spread is DelayDistribution.UNIFORM:
        return round((action.least + share * (action.most - action.least)) * 1_000)
    drawn = action.seconds * exp(action.sigma * NormalDist().inv_cdf(share))
    return round(max(action.least, min(drawn, action.most or MAX_DELAY_SECONDS)) * 1_000)


def _share(key: tuple[str, ...]) -> float:
    """The random value of a key, between 0 and 1 (both excluded)."""
    drawn = int(sha256("|".join(("delay", *key)).encode()).hexdigest()[:16], 16) % SHARES
    return (drawn + 0.5) / SHARES
