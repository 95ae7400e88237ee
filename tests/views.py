"""Writes the known views of shipped scenarios anew: `python -m tests.views [AREA]…`, which `make views` calls.

Each scenario is played twice, and once more where the two differ: documents that are sent together may come in another
order once in a while, and what is known is what is usually seen. Look at the difference before it is committed: a view
that changed is what somebody sees otherwise than before.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from simulators.entry.windows import SandboxClient
from simulators.scenarios.expecting import Mismatch
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.locating import scenario_files, shipped_scenarios
from simulators.scenarios.running import run
from simulators.scenarios.scenario_files import read_scenario
from simulators.scenarios.views.known import COLUMNS, FOLDER, rows_of, seen_in
from simulators.scenarios.views.officers import WindowInside

AREAS = tuple(sorted({path.parent.name for path in shipped_scenarios().values()}))
Views = Mapping[str, tuple[tuple[str, ...], ...]]
"""Scenario → the rows of its views."""


def played(paths: Sequence[Path]) -> tuple[Views, int]:
    """Play scenarios; returns what was seen after each, and how many of them failed."""
    rows: dict[str, tuple[tuple[str, ...], ...]] = {}

    def look(sandbox: SandboxClient, scenario: ScenarioFile, inside: WindowInside | None = None) -> Sequence[Mismatch]:
        rows[scenario.name] = tuple(rows_of(scenario.name, seen_in(sandbox, scenario, inside)))
        return ()

    failed = sum(not result.ok for result in run([read_scenario(path) for path in paths], look=look))
    return rows, failed


def usual(area: str) -> tuple[Views, int]:
    """The views of an area that were seen twice, and how many scenarios failed or were seen otherwise each time."""
    paths = scenario_files([area])
    (first, failed), (second, _) = played(paths), played(paths)
    differing = [path for path in paths if first.get(path.stem) != second.get(path.stem)]
    if not differing:
        return first, failed
    third, _ = played(differing)
    unsteady = sum(third.get(path.stem) not in (first.get(path.stem), second.get(path.stem)) for path in differing)
    print(f"{area}: played once more: {', '.join(path.stem for path in differing)}")
    return {**first, **third}, failed + unsteady


def main(areas: Sequence[str]) -> int:
    """Play the scenarios of areas, and write a file for each; status 1 if a scenario fails or is never seen alike."""
    failed = 0
    for area in areas or AREAS:
        rows, wrong = usual(area)
        failed += wrong
        FOLDER.mkdir(exist_ok=True)
        with (FOLDER / f"{area}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(row for name in sorted(rows) for row in rows[name])
        print(f"{area}: {len(rows)} scenarios, {sum(map(len, rows.values()))} views", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
