"""One world and one demo day for the tests of the simulators."""

from datetime import date

import pytest

from simulators.imports.traffic import trades
from simulators.world import World

DAY = date(2026, 6, 1)


@pytest.fixture(scope="session")
def world():
    return World(1)


@pytest.fixture(scope="session")
def demo_day(world):
    """A thousand trades with the faults of a demo day."""
    return list(trades(world, 1000, seed=7, day=DAY))


@pytest.fixture(scope="session")
def sound(world):
    """Five hundred trades without a fault."""
    return list(trades(world, 500, seed=7, day=DAY, fault_share=0))
