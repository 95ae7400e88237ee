"""The same recording comes to the same digest, however often it is played: in one process, in two and four on SQLite,
undisturbed or reordered and restarted; on RabbitMQ and PostgreSQL in test_same_digest_on_engines.py. A year and a demo,
which take longer, are played in two and four processes that nobody disturbs.

SINGLE_WINDOW_TEST_TIMES says how often traffic is played; the longer ones once, where several processes play them.
"""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from pathlib import Path
from threading import Event

import pytest

from simulators.draws import Draws
from tests.chaos.crew import Crew, surroundings
from tests.chaos.engines import free_port
from tests.chaos.programs import until
from tests.patience import PATIENCE
from tests.running import program
from tests.services.played_again import DISTURBED, LONGER, TIMES, call, day, digest, disturbing, listed, times

__all__ = ["day"]
pytestmark = pytest.mark.long
LATEST = 15
"""Tenths of a second after which the one process is killed at the latest."""


@DISTURBED
def test_in_one_process(day: Path, tmp_path: Path, disturbed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = Draws(1, "digests")
    for number in range(TIMES):
        monkeypatch.setenv("SINGLE_WINDOW_BATCH", str(1 + draws.below(64)) if disturbed else "64")
        into = ("--data", tmp_path / "data", "--sandbox", f"again-{number}")
        if not disturbed:
            call("replay", day, *into)
        elif interrupted(day, tmp_path, number, draws):
            call("replay", day, *into, "--shuffle", number, "--resume")
        answer = json.loads(call("digest", *into, "--json"))
        assert (number, answer["sha256"]) == (number, digest(day))


def interrupted(day: Path, folder: Path, number: int, draws: Draws) -> bool:
    """Play in a process that is killed in the middle; whether there is something to resume."""
    command = f"replay {day} --data {folder / 'data'} --sandbox again-{number} --shuffle {number} --json"
    process = program(command, folder, f"replay-{number}", batch=os.environ["SINGLE_WINDOW_BATCH"])
    place = day.with_name(f"{day.name}.again-{number}.replay")
    process.start()
    until(lambda: place.exists() or not process.alive, PATIENCE, "it plays")
    Event().wait(draws.below(LATEST) / 10)
    process.kill()
    return place.exists()


@pytest.mark.parametrize(
    ("day", "processes", "disturbed"),
    [
        *(("traffic", processes, disturbed) for processes in (2, 4) for disturbed in (False, True)),
        *((longer, 4, False) for longer in LONGER),
    ],
    indirect=["day"],
)
def test_in_several_processes_on_sqlite(day: Path, tmp_path: Path, processes: int, disturbed: bool) -> None:
    settings = {"data": tmp_path / "data", "port": free_port(), "processes": processes}
    with Crew({"work": ("run",)}, surroundings(settings), tmp_path / "logs") as crew:
        url = f"http://127.0.0.1:{settings['port']}"
        until(lambda: "again" not in listed(url), PATIENCE, "nobody answers")
        for number in range(times(day)):
            with disturbing(crew, number) if disturbed else nullcontext():
                shuffled = ("--shuffle", number) if disturbed else ()
                call("replay", day, "--url", url, "--sandbox", f"again-{number}", *shuffled, "--json")
            answer = json.loads(call("digest", "--data", tmp_path / "data", "--sandbox", f"again-{number}", "--json"))
            assert (number, answer["sha256"]) == (number, digest(day))
