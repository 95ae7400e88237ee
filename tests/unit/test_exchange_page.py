"""docs/exchange.md, typed as it stands: a report that is booked, and one that waits and is approved."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "exchange.md").read_text("utf-8")
PATIENCE = 300
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN = "single-window forex list --state booked --json | tee booked.json\necho END"


def test_the_page_leads_to_a_report_that_is_booked_and_one_that_is_approved(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "single-window"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nexec "$PYTHON" -m single_window "$@"\n')
    program.chmod(0o755)
    (tmp_path / "directory.csv").write_text("code,class,registered\n3702961003,A,2024-06-01\n")
    script = "\n".join(["set -euo pipefail", *_BLOCK.findall(PAGE), SHOWN])
    surroundings = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHON": sys.executable,
                    "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    said = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=surroundings, text=True, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout
    assert said.rstrip().endswith("END"), said[-4_000:]
    assert (tmp_path / "booked.json").read_text("utf-8").count('"copNo"') == 2 or said.count('"booked"') == 2
