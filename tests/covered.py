"""Holds what coverage measured against the share that each package must reach (`python -m tests.covered FILE`)."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PACKAGES = ("schemas", "declarations", "gateways", "single_window", "simulators")
LEAST = 95.0
"""Per cent of lines and branches together, as coverage counts them, of each package."""
MEASURED = ("num_statements", "num_branches", "covered_lines", "covered_branches")


def shares(report: Mapping[str, Any]) -> dict[str, float]:
    """Per cent of lines and branches that tests ran, by package; a package that was not measured reached nothing."""
    sums = {name: Counter[str]() for name in PACKAGES}
    for file, result in report["files"].items():
        package = Path(file).parts[0]
        if package in sums:
            sums[package].update({name: result["summary"][name] for name in MEASURED})
    return {
        name: 100
        * (counts["covered_lines"] + counts["covered_branches"])
        / ((counts["num_statements"] + counts["num_branches"]) or 1)
        for name, counts in sums.items()
    }


def main(file: str) -> int:
    """Print each package's share; 1 if one is too small, or branches were not measured."""
    report = json.loads(Path(file).read_text("utf-8"))
    if not report["meta"]["branch_coverage"]:
        print("Branches were not measured.")
        return 1
    result = shares(report)
    for name, share in result.items():
        print(f"{name:14} {share:6.2f} %{'' if share >= LEAST else f', less than {LEAST:.0f} %'}")
    return int(any(share < LEAST for share in result.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
