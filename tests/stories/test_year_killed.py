"""Who plays a year is killed: the process beside him, which makes exports and reads receipts, ends too."""

import os
import subprocess
import sys

import pytest

from tests.chaos.programs import until

PLAYS = """
import os, sys, time
from pathlib import Path

from simulators.entry import open_sandbox, settings_for
from simulators.refunds.firms import Market
from simulators.refunds.workers import ProcessWorker
from simulators.refunds.year import FIRST_DAY_OF_YEAR, OPTIONS, SANDBOX

if __name__ == "__main__":
    settings = settings_for(Path(sys.argv[1]), synchronous="NORMAL", readers=0)
    playing = open_sandbox(settings, SANDBOX, Market(1, 1), OPTIONS, FIRST_DAY_OF_YEAR)
    with playing, ProcessWorker(settings, SANDBOX) as worker:
        print(worker._pool.submit(os.getpid).result(), flush=True)
        sys.stdin.read()
"""


@pytest.mark.long
def test_the_process_beside_a_year_ends_with_the_one_that_plays(tmp_path):
    (tmp_path / "plays.py").write_text(PLAYS)
    command = [sys.executable, str(tmp_path / "plays.py"), str(tmp_path / "data")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as playing:
        beside = next(int(line) for line in playing.stdout if line.strip().isdigit())
        playing.kill()
    until(lambda: not alive(beside), 120, "the process beside has ended")


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
