"""The simulation can fail: windows that are wrong in one way are found out within a few seeds, and say how to look."""

from __future__ import annotations

import re

import pytest

from tests.simulation.broken_windows import BROKEN
from tests.simulation.play import CALM, Failure, simulate
from tests.simulation.processes import ALL, CROWD, DISPATCH, SERVE, Opens, Role
from tests.simulation.weather import CLEAR, Weather
from tests.tables import each

ENOUGH = 600
"""Seeds within which each must be found out."""
STAFF = (
    SERVE,
    *[DISPATCH] * 2,
    Role("reception", consumes=("reception",)),
    *[Role("gateways", consumes=tuple(queue for queue in ALL if queue != "reception"))] * 2,
)
BEGIN = {
    "closes a deadline before it files what follows": 72,
    "writes what it planned before others wrote": 187,
}
"""The seed to begin with where most find nothing wrong: that saves time, and decides nothing."""
DEADLY, REFUSING = Weather(die=500, switch=1_000), Weather(refuse=500, unsure=500)
WHERE: dict[str, tuple[Weather, tuple[Role, ...], str]] = {
    "counts work as done before it is": (DEADLY, STAFF, "WorkIsKept WhatIsAcknowledgedIsDealtWith"),
    "answers what was not committed": (REFUSING, STAFF, "WhatIsAcknowledgedIsDealtWith"),
    "closes a deadline before it files what follows": (
        Weather(die=1_500),
        STAFF,
        "WhoeverWaitsHasADeadline ItComesToRest TheOutcomesAreThoseOfThePlainPlay",
    ),
    "deals with what somebody has dealt with": (Weather(switch=6_000), CROWD, "WorkIsKept"),
    "writes what it planned before others wrote": (Weather(switch=6_000), CROWD, "BooksBalance NothingIsLeft"),
}
"""The weather and the staff in which each shows, and the invariants of which it breaks one first."""


def first_failure(opens: Opens, weather: Weather, crew: tuple[Role, ...], begin: int = 0) -> Failure:
    """The first failure of windows that are opened so, from a seed on and then from 0."""
    for seed in (*range(begin, ENOUGH), *range(begin)):
        try:
            simulate(seed, CALM, opens, weather=weather, crew=crew, batch=1)
        except Failure as failure:
            return failure
    raise AssertionError(f"not found out in {ENOUGH} seeds")


@pytest.mark.long
@each("name", BROKEN)
def test_a_window_that_is_wrong_is_found_out(name: str) -> None:
    weather, crew, invariants = WHERE[name]
    assert first_failure(BROKEN[name], weather, crew, BEGIN.get(name, 0)).invariant in invariants.split()


@pytest.mark.long
def test_without_trouble_most_of_them_look_sound() -> None:
    for name in ("counts work as done before it is", "answers what was not committed"):
        simulate(1, CALM, BROKEN[name], weather=CLEAR)


def test_a_failure_says_what_broke_what_went_before_and_how_to_see_it_again() -> None:
    failure = first_failure(BROKEN["deals with what somebody has dealt with"], Weather(switch=6_000), CROWD)
    text = str(failure)
    assert text.startswith(f"seed {failure.plan.seed} (calm) broke WorkIsKept\n  ")
    assert failure.trace.lines[-1] in text
    command = re.search(r"Play it again with: (.*)$", text)
    assert command and command[1] == f"python -m tests.simulation --calm --seed {failure.plan.seed}"
