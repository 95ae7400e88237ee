"""The examples for integrators, run as their pages say: a shop's tests with pytest, one file each in Node and Java."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from single_window.client import WindowClient, running
from single_window.client.trades import FLOWS
from tests.absent import absent
from tests.tables import each

EXAMPLES = Path(__file__).parents[2] / "examples"
PATIENCE = 300
"""Seconds that an example may take on a machine that does much else."""
SHOP_TESTS = 10
"""How many tests the shop has; receipts that are repeated, late or contradicted meet the same one."""


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.StartedWindow]:
    started = running.start(tmp_path_factory.mktemp("window"))
    yield started
    running.stop(started)


def run(*command: str, folder: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, env=kept)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@each("workers", ("0", "2"))
def test_a_shop_is_tested_with_pytest(workers: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "shop", tmp_path / f"shop-{workers}"))
    said = run(sys.executable, "-m", "pytest", "-n", workers, folder=folder)
    assert f"{SHOP_TESTS} passed" in said and "failed" not in said


def test_a_shop_is_tested_at_a_window_that_runs_already(window: running.StartedWindow, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "shop", tmp_path / "shop"))
    (folder / "pytest.ini").write_text("[pytest]\nsingle_window_clock = 2026-06-01T09:00:00\n")
    (folder / "test_where.py").write_text(
        "def test_where(single_window):\n"
        f"    assert single_window.caller.url == {window.url!r}\n"
        "    assert single_window.clock.show().now.startswith('2026-06-01T01:00:00')\n"
    )
    said = run(sys.executable, "-m", "pytest", "-n", "0", "--single-window-url", window.url, folder=folder)
    assert f"{SHOP_TESTS + 1} passed" in said
    with WindowClient(window.url) as client:
        assert client.sandboxes() == ["main"], "each sandbox goes with its test"


@each(("program", "file"), [("node", "node/declare.mjs"), ("java", "java/Declare.java")])
def test_a_trade_is_declared_from_another_language(
    program: str, file: str, window: running.StartedWindow, tmp_path: Path
) -> None:
    if shutil.which(program) is None:
        absent(f"no {program} on this machine")
    with WindowClient(window.url) as client:
        trade = client.sandbox().sample("import")
        for code in FLOWS["import"]:
            (tmp_path / f"{code}.xml").write_bytes(trade.messages[code])
        said = run(
            program, str(EXAMPLES / file), window.url, *(f"{code}.xml" for code in FLOWS["import"]), folder=tmp_path
        )
        assert f"{trade.order_no} is released: 2 120 800" in said
        assert client.sandboxes() == ["main"]
