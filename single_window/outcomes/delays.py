"""Delays of receipts that are held back: fixed, or drawn. Every draw is a hash of seed, trigger and business key."""

from __future__ import annotations

from hashlib import sha256
from math import exp
from statistics import NormalDist

from single_window.outcomes.triggers import LONGEST_DELAY, Action, DelayDistribution, Do, Trigger

BEHIND = 30.0
"""Seconds for which a receipt that is to come out of order is held back, unless its trigger has its own."""
SHARES = 2**52


def held_back(trigger: Trigger, now: int, before: int, *key: str) -> int:
    """Milliseconds for which a trigger holds a receipt back at an instant, after `before` others."""
    term, action = trigger.match.term, trigger.action
    if term is None or action.spread not in {DelayDistribution.END, DelayDistribution.RATE}:
        return delay(action, *key)
    if action.spread is DelayDistribution.END:
        return max(0, term.ends - now)
    return max(0, term.begins + round(before * action.seconds * 1_000) - now)


def within(share: float, *key: str) -> bool:
    """True if what has this key is among so many of a hundred."""
    return share >= 100 or _share(("share", *key)) * 100 < share


def delay(action: Action, *key: str) -> int:
    """Milliseconds for which a receipt is held back; the same for the same key."""
    if action.spread is DelayDistribution.FIXED:
        return round((action.seconds or (BEHIND if action.do is Do.REORDER else 0)) * 1_000)
    share = _share(key)
    if action.spread is DelayDistribution.UNIFORM:
        return round((action.least + share * (action.most - action.least)) * 1_000)
    drawn = action.seconds * exp(action.sigma * NormalDist().inv_cdf(share))
    return round(max(action.least, min(drawn, action.most or LONGEST_DELAY)) * 1_000)


def _share(key: tuple[str, ...]) -> float:
    """A number between 0 and 1, neither of the two."""
    drawn = int(sha256("|".join(("delay", *key)).encode()).hexdigest()[:16], 16) % SHARES
    return (drawn + 0.5) / SHARES
