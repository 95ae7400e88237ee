"""Whoever dies and whatever fails: the same traffic ends as when it is played plainly, and all invariants hold.

The sandbox's clock stands while anything is left to do. More seeds: `make simulate ARGS="--seeds 5000"`.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation.play import CALM, SHARED, simulate

SEEDS = int(os.environ.get("SINGLE_WINDOW_TEST_SEEDS", "10000")) // 2
FIRST = [pytest.param(first, marks=pytest.mark.long) for first in range(0, SEEDS, SHARED)]
"""The first seed of each group; all of them are played with the long proofs."""


@pytest.mark.parametrize("first", FIRST)
def test_the_outcomes_are_those_of_the_plain_play(first: int) -> None:
    for seed in range(first, first + SHARED):
        simulate(seed, CALM)
