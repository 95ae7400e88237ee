"""Plays the scenarios of one area, which end on the last day of a term, at the very limit, or at the second of two:
each says what must come of it, by receipts and by answers to calls, and its ledgers must balance."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from simulators.entry.places import WindowClient
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.reading import read_scenario
from simulators.scenarios.results import ScenarioResult

AREA = "edges"
JOBS = 4
"""Scenarios played at a time."""


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandboxes' names."""
    scenarios = [read_scenario(path) for path in shipped_scenarios().values() if path.parent.name == AREA]
    with ThreadPoolExecutor(JOBS) as players:
        for result in players.map(lambda scenario: play(client, scenario, parent=under, audited=True), scenarios):
            yield from _complaints(result)


def _complaints(result: ScenarioResult) -> Iterator[str]:
    for mismatch in result.mismatches:
        yield f"{result.scenario.en}: expected {mismatch.expected}, got {mismatch.got} ({mismatch.parting})"
