"""Which tests run the line of a fault: recorded once for a tree without faults, and asked before whole folders."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Collection
from functools import cache
from threading import Lock

from coverage import CoverageData

from tests.mutants.planting import PLACE, ROOT, PlantedFault

RECORD = PLACE / "reached"
MOST = 300
"""Tests that are asked of one fault, those before the others that run least of its file: they are about it."""
_READING = Lock()
_SETTINGS = f"""[run]
source = schemas,declarations,gateways,single_window,simulators
parallel = True
data_file = {RECORD}
"""


def record() -> int:
    """Run the tests that do not take long, and record which lines each of them runs; returns pytest's status."""
    PLACE.mkdir(exist_ok=True)
    RECORD.unlink(missing_ok=True)
    settings = PLACE / "recording.cfg"  # recording erases what begins as its record
    settings.write_text(_SETTINGS, "utf-8")
    options = ("--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report=")
    status = subprocess.run([sys.executable, "-m", "pytest", *options], cwd=ROOT, check=False).returncode
    if status:
        RECORD.unlink(missing_ok=True)  # a test that fails here would name every fault
    return status


def tests_of(fault: PlantedFault, without: Collection[str] = ()) -> list[str]:
    """The tests that run a line that a fault changes, as pytest names them; none where nothing was recorded, or where
    no test runs it, as data and what is run by an import. `without`: beginnings of names that are left out."""
    by_line = _contexts(fault.file)
    text = (ROOT / fault.file).read_text("utf-8")
    first = text[: text.index(fault.find)].count("\n") + 1
    changed = range(first, first + fault.find.count("\n") + 1)
    breadth = Counter(test for tests in by_line.values() for test in set(tests))
    reaching = {test for line in changed for test in by_line.get(line, ())}
    chosen = [test for test in reaching if not test.startswith(tuple(without))]
    return sorted(chosen, key=lambda test: (breadth[test], test))[:MOST]


@cache
def _recorded() -> CoverageData:
    data = CoverageData(str(RECORD))
    data.read()
    return data


def _contexts(file: str) -> dict[int, list[str]]:
    """Line of a file → the tests that run it."""
    if not RECORD.is_file():
        return {}
    with _READING:
        found = _recorded().contexts_by_lineno(str(ROOT / file))
    return {line: [name.rpartition("|")[0] for name in names if "|" in name] for line, names in found.items()}
