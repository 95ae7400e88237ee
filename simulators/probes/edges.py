"""Plays the scenarios of one area, which end on the last day of a term, at the very limit, or at the second of two:
each says what must come of it, by receipts and by answers to calls, and its ledgers must balance."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient
from simulators.probes.rights import LACKS, UNKNOWN
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.results import ScenarioResult
from simulators.scenarios.scenario_files import read_scenario

AREA = "edges"
JOBS = 4
"""Scenarios played at a time."""
MOST_DIFFERENCES = 3
"""Differences of a ledger that are told."""


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandboxes' names."""
    scenarios = [read_scenario(path) for path in shipped_scenarios().values() if path.parent.name == AREA]
    with ThreadPoolExecutor(JOBS) as players:
        for complaints in players.map(lambda scenario: _played(client, scenario, under), scenarios):
            yield from complaints


def _played(client: WindowClient, scenario: ScenarioFile, under: str) -> list[str]:
    """Play a scenario, and audit its ledgers before its sandbox is deleted."""
    result = play(client, scenario, keep=True, parent=under)
    sandbox = client.sandbox(result.sandbox)
    try:
        return [*_complaints(result), *_unbalanced(sandbox, scenario.en)]
    finally:
        sandbox.delete()


def _unbalanced(sandbox: SandboxClient, about: str) -> Iterator[str]:
    """The differences in the ledgers of a sandbox; none where the caller may not audit."""
    try:
        differences = sandbox.audit().first_differences(MOST_DIFFERENCES)
    except CallRefused as refused:
        if refused.status not in {LACKS, UNKNOWN}:
            raise
        return
    yield from (f"{about}: the audit at the end finds {difference}" for difference in differences)


def _complaints(result: ScenarioResult) -> Iterator[str]:
    for mismatch in result.mismatches:
        yield f"{result.scenario.en}: expected {mismatch.expected}, got {mismatch.got} ({mismatch.parting})"
