"""Plays shipped scenarios for tests: an area at a time, in one window."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.scenarios import locating, reports
from simulators.scenarios.running import run
from simulators.scenarios.scenario_files import read_scenario

EACH = 8
"""Every so-manieth scenario is played; all of them are in the long proofs (`tests/services/test_views_as_known.py`)."""


def failures(areas: Sequence[str]) -> list[str]:
    """Whatever was not as expected in some scenarios of these areas, as it is reported."""
    scenarios = [read_scenario(path) for path in locating.scenario_files(areas)]
    assert len(scenarios) >= 3 * len(areas), "the scenarios are not where they were"
    return [
        "\n".join([reports.result_line(result), *reports.failure_lines(result)])
        for result in run(scenarios[::EACH])
        if not result.ok
    ]
