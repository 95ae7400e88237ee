"""Plays shipped scenarios for tests: an area at a time, in one window."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.scenarios import locating, reports
from simulators.scenarios.running import run
from simulators.scenarios.scenario_files import read_scenario

EACH = 8
"""Every so-manieth scenario is played; with the long proofs all are (`tests/services/test_shipped_scenarios.py`)."""


def failures(areas: Sequence[str], each: int = EACH) -> list[str]:
    """Whatever was not as expected in every so-manieth scenario of these areas, as it is reported."""
    scenarios = [read_scenario(path) for path in locating.scenario_files(areas)]
    assert len(scenarios) >= 3 * len(areas), "the scenarios are not where they were"
    return [
        "\n".join([reports.result_line(result), *reports.failure_lines(result)])
        for result in run(scenarios[::each])
        if not result.ok
    ]
