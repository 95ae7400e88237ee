"""Plays shipped scenarios for tests: an area at a time, in one window."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from simulators.scenarios import locating, reports
from simulators.scenarios.running import run
from simulators.scenarios.scenario_files import read_scenario
from simulators.scenarios.views.known import Looker

SOME_OR_ALL = pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.long)])
"""Every eighth scenario where tests are to be quick, all of them in the long proofs."""


def failures(areas: Sequence[str], every: int) -> list[str]:
    """Whatever was not as expected in the scenarios of these areas, as it is reported; `every`: 1 plays all and looks
    at what can be seen afterwards, 8 plays every eighth of them."""
    scenarios = [read_scenario(path) for path in locating.scenario_files(areas)]
    assert len(scenarios) >= 3 * len(areas), "the scenarios are not where they were"
    return [
        "\n".join([reports.result_line(result), *reports.failure_lines(result)])
        for result in run(scenarios[::every], look=Looker(known=every == 1))
        if not result.ok
    ]
