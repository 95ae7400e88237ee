"""Recordings that are played again, and what may disturb that: the processes of the window are killed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from simulators.draws import Draws
from single_window.recordings import file
from tests.chaos.crew import Crew
from tests.commands import run_command

TIMES = int(os.environ.get("SINGLE_WINDOW_TEST_TIMES", "3"))
LONGER = ("year", "demo")
TRADES = 20
SOONEST, SPREAD = 50, 150
"""Tenths of a second until a process is killed: at least, and so many more as are drawn."""
KILLS = 2
"""Kills in a play on engines: who is killed all the time gets nothing done."""
DISTURBED = pytest.mark.parametrize("disturbed", [False, True], ids=["undisturbed", "reordered-restarted"])


def call(*arguments: object) -> str:
    return run_command(*arguments, code=0).stdout


PLAYED: Mapping[str, tuple[object, ...]] = {
    "traffic": ("traffic", "tuesday", "--trades", TRADES, "--per-message", 1),
    "year": ("year", "--trades", TRADES),
    "demo": ("demo", "--exit", "--trades", 200, "--exports", 100),
}
"""Sandbox → what is played in it and recorded. Cancellations, returns and notes name numbers that the window gave,
claims those of summary declarations; the demo's messages are signed, and its options change."""


@pytest.fixture(scope="module", params=PLAYED)
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded sandbox."""
    folder = tmp_path_factory.mktemp(request.param)
    run_command(*PLAYED[request.param], "--data", folder / "data", "--quiet", "--json", code=0)
    call("record", folder / "day.swr", "--data", folder / "data", "--sandbox", request.param)
    return folder / "day.swr"


def times(recording: Path) -> int:
    """How often a recording is played by several processes."""
    return 1 if recording.parent.name.rstrip("0123456789") in LONGER else TIMES


def digest(recording: Path) -> str:
    with file.open_recording(recording) as opened_recording:
        return opened_recording.manifest.digest


def listed(url: str) -> str:
    done = run_command("sandbox", "list", "--url", url)
    return done.stdout if done.exit_code == 0 else "again"


@contextmanager
def disturbing(crew: Crew, seed: int) -> Iterator[None]:
    """Processes that work are killed."""
    over, draws = Event(), Draws(seed, "restarts")

    def kill() -> None:
        for _ in range(KILLS):
            if over.wait((SOONEST + draws.below(SPREAD)) / 10):
                break
            crew.kill("work", draws)

    killing = Thread(target=kill, daemon=True)
    killing.start()
    try:
        yield
    finally:
        over.set()
        killing.join()
