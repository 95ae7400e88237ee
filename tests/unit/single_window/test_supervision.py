"""The supervisor: who dies is started again, who is asked to end may finish, and nobody outlives it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from single_window.process.supervision import Supervisor, programs
from tests.chaos.programs import until
from tests.patience import PATIENCE

PROGRAM = """
import os, signal, sys
folder, name = sys.argv[1:3]
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
with open(f"{folder}/{name}.starts", "a") as file:
    print(os.getpid(), file=file, flush=True)
signal.sigwait({signal.SIGTERM})
open(f"{folder}/{name}.finished", "w").close()
"""


class Watched:
    """A supervisor at work in a thread, on programs that note their starts and their orderly ends in a folder."""

    def __init__(self, folder: Path, *names: str) -> None:
        self._folder, self._stopping = folder, Event()
        supervisor = Supervisor([(name, [str(folder), name]) for name in names], (sys.executable, "-c", PROGRAM))
        self._thread = Thread(target=supervisor.run, args=(self._stopping,))
        self._thread.start()

    def starts(self, name: str) -> list[int]:
        """The process ids that a program had, oldest first."""
        path = self._folder / f"{name}.starts"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def started(self, name: str, times: int) -> int:
        """The id of a program's process once it was started so often."""
        until(lambda: len(self.starts(name)) >= times, PATIENCE, f"{name} is started {times} times")
        return self.starts(name)[-1]

    def finished(self, name: str) -> bool:
        return (self._folder / f"{name}.finished").exists()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    new_watched = Watched(tmp_path, "customs-1", "tax-1")
    yield new_watched
    new_watched.stop()


def test_who_is_killed_is_started_again_and_the_others_are_left_alone(watched: Watched) -> None:
    first, other = watched.started("customs-1", 1), watched.started("tax-1", 1)
    os.kill(first, signal.SIGKILL)
    assert watched.started("customs-1", 2) != first
    assert watched.starts("tax-1") == [other]


def test_at_the_end_everybody_may_finish_and_nobody_is_left(watched: Watched) -> None:
    pids = [watched.started(name, 1) for name in ("customs-1", "tax-1")]
    watched.stop()
    assert watched.finished("customs-1") and watched.finished("tax-1")
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_roles_that_share_their_work_get_as_many_processes_as_requested(tmp_path: Path) -> None:
    names = [name for name, _ in programs(["dispatch", "reception", "customs"], 2, tmp_path)]
    assert names == ["dispatch-1", "reception-1", "reception-2", "customs-1", "customs-2"]


def test_a_program_is_given_its_role_its_data_and_whose_it_is(tmp_path: Path) -> None:
    ((_, arguments),) = programs(["tax"], 1, tmp_path)
    assert arguments == ["work", "tax", "--data", str(tmp_path), "--parent", str(os.getpid()), "--outlive", "60"]
