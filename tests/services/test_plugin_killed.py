"""Runs of tests that are killed, and windows that are killed below them: no process and no folder is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest

from single_window_client import running
from tests.chaos.programs import until
from tests.patience import PATIENCE
from tests.running import OWN_COMMAND, own_program

WAITING = """
import os
from pathlib import Path
from threading import Event

def test_waiting(single_window):
    started_by = os.getppid()
    Path("waits").touch()
    while os.getppid() == started_by:
        Event().wait(0.05)
"""


@contextmanager
def waiting_run(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run of pytest in a folder, one of whose tests has a window and waits."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_waiting.py").write_text(WAITING)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    command = [sys.executable, "-m", "pytest", "--basetemp", "temporary", *options]
    command += [f"--single-window-command={own_program(folder)}"]
    log = folder / "pytest.log"
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=folder, stdout=written, stderr=written, env=kept)
    try:
        until(lambda: (folder / "waits").exists() or process.poll() is not None, PATIENCE, "the test waits")
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.kill()
        process.wait()


def window_of(folder: Path) -> running.StartedWindow:
    return running.named_by(next(folder.glob("temporary/**/window.json")))


def is_gone(pid: int) -> bool:
    """Whether a process has ended, also where nobody has taken note of its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True


@pytest.mark.long
@pytest.mark.parametrize("options", [("-p", "no:xdist"), ("-n", "1")], ids=["one process", "a worker"])
def test_a_killed_run_leaves_no_window_and_no_data(options: tuple[str, ...], tmp_path: Path) -> None:
    with waiting_run(tmp_path, *options) as run:
        window = window_of(tmp_path)
        assert window.folder is not None and list((window.folder / "data").iterdir())
        run.kill()
        run.wait()
        until(lambda: is_gone(window.pid), PATIENCE, "the window has ended")
    assert list((window.folder / "data").iterdir()) == []


@pytest.mark.long
def test_the_data_of_a_killed_window_go_when_it_is_stopped(tmp_path: Path) -> None:
    window = running.start(tmp_path, command=OWN_COMMAND)
    os.kill(window.pid, signal.SIGKILL)
    assert list((tmp_path / "data").iterdir())
    running.stop(window)
    assert not (tmp_path / "data").exists()


def test_a_command_that_does_not_end_in_time_leaves_no_process(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 600 &\necho $! > child\nwait\n")
    slow.chmod(0o755)
    with pytest.raises(running.NotStarted, match="did not start"):
        running.start(tmp_path, command=("env", "--chdir", str(tmp_path), str(slow)), seconds=0.5)
    child = int((tmp_path / "child").read_text())
    until(lambda: is_gone(child), PATIENCE, "the child has ended")


def test_a_window_without_a_command_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(running.NotStarted, match="no executable nowhere/single-window"):
        running.command_of("nowhere/single-window")
    assert running.command_of("sh")[0].endswith("/sh")
    if which(running.PROGRAM, path=os.path.dirname(sys.executable)) is None:
        with pytest.raises(running.NotStarted, match="from its sources"):
            running.command_of(path=str(tmp_path))
