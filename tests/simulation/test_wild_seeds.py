"""Time runs on through deaths, outages and documents on their way: books balance, and nothing is lost or left over.

More seeds: `make simulate ARGS="--wild --seeds 5000"`.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation.play import WILD, simulate

SEEDS, TOGETHER = int(os.environ.get("SINGLE_WINDOW_TEST_SEEDS", "10000")) // 2, 8
FIRST = [first if first == 0 else pytest.param(first, marks=pytest.mark.long) for first in range(0, SEEDS, TOGETHER)]
"""The first seed of each group; all but the first are played with the long proofs."""


@pytest.mark.parametrize("first", FIRST)
def test_the_invariants_hold(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        simulate(seed, WILD)
