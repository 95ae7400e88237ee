"""Whoever dies and whatever fails: the same traffic ends as when it is played plainly, and all invariants hold.

The sandbox's clock stands while anything is left to do. More seeds: `make simulate ARGS="--seeds 5000"`.
"""

from __future__ import annotations

import pytest

from tests.simulation.play import CALM, SHARED, simulate

SEEDS = 64


@pytest.mark.parametrize("first", range(0, SEEDS, SHARED))
def test_the_outcomes_are_those_of_the_plain_play(first: int) -> None:
    for seed in range(first, first + SHARED):
        simulate(seed, CALM)
