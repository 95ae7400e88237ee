"""The share that tests must run of each package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.covered import PACKAGES, main, shares


def file(lines: int, covered: int, branches: int = 0, taken: int = 0) -> dict[str, Any]:
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": covered,
            "num_branches": branches,
            "covered_branches": taken,
        }
    }


def test_lines_and_branches_of_a_package_are_counted_together() -> None:
    report = {"files": {"schemas/a.py": file(60, 60), "schemas/b.py": file(20, 15, 20, 5), "tests/x.py": file(9, 0)}}
    assert shares(report)["schemas"] == 80.0


@pytest.mark.parametrize(("covered", "code"), [(95, 0), (94, 1)])
def test_one_package_below_its_share_fails_all(tmp_path: Path, covered: int, code: int) -> None:
    files = {f"{name}/a.py": file(100, 100) for name in PACKAGES} | {"gateways/a.py": file(100, covered)}
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"meta": {"branch_coverage": True}, "files": files}))
    assert main(str(report)) == code


def test_a_package_that_was_not_measured_fails(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text('{"meta": {"branch_coverage": true}, "files": {}}')
    assert main(str(report)) == 1


def test_a_report_without_branches_fails(tmp_path: Path) -> None:
    files = {f"{name}/a.py": file(100, 100) for name in PACKAGES}
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"meta": {"branch_coverage": False}, "files": files}))
    assert main(str(report)) == 1
