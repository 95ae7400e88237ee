"""Plays shipped scenarios for tests: an area at a time, in one window."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.scenarios import finding, telling
from simulators.scenarios.reading import read
from simulators.scenarios.running import run


def failures(areas: Sequence[str]) -> list[str]:
    """Whatever was not as expected in the scenarios of these areas, as people are told of it."""
    scenarios = [read(path) for path in finding.found(areas)]
    assert len(scenarios) >= 3 * len(areas), "the scenarios are not where they were"
    return ["\n".join([telling.line(one), *telling.failure(one)]) for one in run(scenarios) if not one.ok]
