"""A seed is a schedule: the same to the byte, whatever was played before it and however Python hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.simulation.play import CALM, WILD, planned, simulate
from tests.tables import each

ROOT = Path(__file__).parents[2]
SEED = 3


def command(*words: str, hashing: str = "random") -> subprocess.CompletedProcess[str]:
    """What the command line of the simulation says."""
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": hashing},
    )


@pytest.mark.long
@each("mode", [CALM, WILD])
def test_the_same_seed_is_the_same_schedule_to_the_byte(mode: str) -> None:
    first = simulate(SEED, mode)
    simulate(SEED + 1, mode)
    again = simulate(SEED, mode)
    assert first.trace.lines == again.trace.lines
    assert first.digest == again.digest


@pytest.mark.long
def test_it_does_not_depend_on_how_python_hashes() -> None:
    processes = [command("--wild", "--seed", str(SEED), hashing=hashing) for hashing in ("0", "4711")]
    assert [process.returncode for process in processes] == [0, 0], processes[0].stderr
    assert processes[0].stdout == processes[1].stdout
    assert simulate(SEED, WILD).digest in processes[0].stdout


def test_seeds_differ_in_traffic_staff_and_weather() -> None:
    plans = [planned(seed, WILD) for seed in range(200)]
    assert len({trade.id for plan in plans for trade in plan.play.trades}) > 200
    assert len({plan.crew for plan in plans}) > 30
    assert len({plan.weather for plan in plans}) > 100
    assert {trade.fault for plan in plans for trade in plan.play.trades} > {"", "guarantee_short", "order_missing"}


@pytest.mark.long
def test_the_command_plays_many_and_counts_them() -> None:
    process = command("--seeds", "2", "--first", "10")
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith("4 played in ") and " 0 failed; " in process.stdout
