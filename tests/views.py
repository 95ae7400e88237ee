"""Writes the known views of shipped scenarios anew: `python -m tests.views [AREA]…`, which `make views` calls.

Look at the difference before it is committed: a view that changed is what somebody sees otherwise than before.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence

from simulators.entry.windows import SandboxClient
from simulators.scenarios.expecting import Mismatch
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.locating import scenario_files, shipped_scenarios
from simulators.scenarios.running import run
from simulators.scenarios.scenario_files import read_scenario
from simulators.scenarios.views.known import COLUMNS, FOLDER, rows_of, seen_in

AREAS = tuple(sorted({path.parent.name for path in shipped_scenarios().values()}))


def main(areas: Sequence[str]) -> int:
    """Play the scenarios of areas, and write a file for each area; status 1 if a scenario fails."""
    failed = 0
    for area in areas or AREAS:
        rows: dict[str, tuple[tuple[str, ...], ...]] = {}

        def look(
            sandbox: SandboxClient, scenario: ScenarioFile, rows: dict[str, tuple[tuple[str, ...], ...]] = rows
        ) -> Sequence[Mismatch]:
            rows[scenario.name] = tuple(rows_of(scenario.name, seen_in(sandbox)))
            return ()

        for result in run([read_scenario(path) for path in scenario_files([area])], look=look):
            failed += not result.ok
        FOLDER.mkdir(exist_ok=True)
        with (FOLDER / f"{area}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(row for name in sorted(rows) for row in rows[name])
        print(f"{area}: {len(rows)} scenarios, {sum(map(len, rows.values()))} views", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
