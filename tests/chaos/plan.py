"""What is done to a window while it works: a plan that a seed draws, and what was done by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulators.draws import Draws

FIRST, LAST = 0.02, 0.95
"""Between which parts of a run it is injured."""


class Injury(NamedTuple):
    """One injury: after which part of the run (0 to 1), what is done, and whether that is a kill -9."""

    at: float
    target: str
    kill: bool


class InjuryReport(NamedTuple):
    """An injury that was done: when (seconds), at which part of the run, what, in words, how long it took."""

    at: float
    progress: float
    kind: str
    words: str
    kill: bool
    seconds: float


def plan(seed: int, kills: int, victims: Sequence[str], others: Sequence[str]) -> list[Injury]:
    """So many kills, of all victims in turn, and of the other injuries each one in ten kills, once at least."""
    draws = Draws(seed, "injuries")
    wanted = [(victims[number % len(victims)], True) for number in range(kills)]
    wanted += [(injury, False) for injury in others for _ in range(max(1, kills // 10))]
    room = (LAST - FIRST) / max(1, len(wanted))
    return [
        Injury(FIRST + room * (number + draws.below(1_000) / 1_000), *wanted[place])
        for number, place in enumerate(draws.order(len(wanted)))
    ]
