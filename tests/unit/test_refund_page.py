"""docs/refund.md, typed as it stands: from an exported parcel of the demo to a paid refund, with books that balance."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.receipt_texts import texts
from single_window import auditing
from single_window.console.refunds import KEYS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "refund.md").read_text("utf-8")
TRADES = "40"
"""Imports of the demo: the page is about exports."""
PATIENCE = 300
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAID = """single-window refund show $CLAIM --sandbox demo --json | python3 -c '
import json, sys
told = json.load(sys.stdin)
assert told["claim"]["state"] == "paid", told["claim"]
assert float(told["claim"]["amounts"]["paid"]) > 0 and all(one["agrees"] for one in told["sums"])
'
echo END"""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """`make run` and `single-window` of this very code."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in {
        "single-window": 'exec "$PYTHON" -m single_window "$@"',
        "python3": 'exec "$PYTHON" "$@"',
        "make": f'exec "$PYTHON" -m single_window demo ${{2#ARGS=}} --trades {TRADES} --quiet',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_page_leads_from_a_parcel_to_a_paid_refund(tmp_path: Path, programs: Path) -> None:
    script = "\n".join(["set -euo pipefail", *_BLOCK.findall(PAGE), PAID])
    surroundings = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHON": sys.executable,
                    "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    said = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=surroundings, text=True, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout
    assert said.rstrip().endswith("END"), said[-4_000:]
    assert "RefundNotice" in said and "balanced 平衡" in said


def test_its_codes_keys_and_ledgers_are_those_of_the_program() -> None:
    codes = set(re.findall(r"\b20[2-5]\d\d\b", PAGE))
    assert codes and codes <= set(texts())
    assert f"({', '.join(KEYS[name] for name in ('approve', 'reduce', 'refuse', 'ask', 'recover'))})" in PAGE
    table = PAGE[PAGE.index("## What the audit compares"):]
    assert re.findall(r"^\| (\w+) \|", table, re.MULTILINE)[1:] == list(auditing.LEDGERS)
