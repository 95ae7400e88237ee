"""Time runs on through deaths, outages and documents on their way: books balance, and nothing is lost or left over.

More seeds: `make simulate ARGS="--wild --seeds 5000"`.
"""

from __future__ import annotations

import pytest

from tests.simulation.play import WILD, simulate

SEEDS, TOGETHER = 64, 8


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_the_invariants_hold(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        simulate(seed, WILD)
