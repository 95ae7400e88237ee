"""The same recording comes to the same digest, however often it is played: in one process, in two and four on SQLite,
on RabbitMQ and PostgreSQL with one worker of each role and with four, undisturbed or reordered and restarted. A year
and a demo, which take longer, are played in one process, in two and four and with four workers that nobody disturbs.

SINGLE_WINDOW_TEST_TIMES says how often each is played.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Event, Thread

import pytest

from simulators.draws import Draws
from single_window.recordings import file
from tests.absent import absent
from tests.brokers import empty_vhost
from tests.chaos.crew import Crew, surroundings
from tests.chaos.engines import free_port
from tests.chaos.programs import until
from tests.commands import run_command
from tests.databases import made_database
from tests.running import PATIENCE, program

pytestmark = pytest.mark.long
TIMES = int(os.environ.get("SINGLE_WINDOW_TEST_TIMES", "3"))
TRADES = 20
SOONEST, SPREAD = 50, 150
"""Tenths of a second until a process is killed: at least, and so many more as are drawn."""
KILLS = 2
"""Kills in a play on engines: who is killed all the time gets nothing done."""
LATEST = 15
"""Tenths of a second after which the one process is killed at the latest."""
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


def digest(recording: Path) -> str:
    with file.open_recording(recording) as opened_recording:
        return opened_recording.manifest.digest


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
        *((longer, processes, False) for longer in ("year", "demo") for processes in (2, 4)),
    ],
    indirect=["day"],
)
def test_in_several_processes_on_sqlite(day: Path, tmp_path: Path, processes: int, disturbed: bool) -> None:
    settings = {"data": tmp_path / "data", "port": free_port(), "processes": processes}
    with Crew({"work": ("run",)}, surroundings(settings), tmp_path / "logs") as crew:
        url = f"http://127.0.0.1:{settings['port']}"
        until(lambda: "again" not in listed(url), PATIENCE, "nobody answers")
        for number in range(TIMES):
            with disturbing(crew, number) if disturbed else nullcontext():
                shuffled = ("--shuffle", number) if disturbed else ()
                call("replay", day, "--url", url, "--sandbox", f"again-{number}", *shuffled, "--json")
            answer = json.loads(call("digest", "--data", tmp_path / "data", "--sandbox", f"again-{number}", "--json"))
            assert (number, answer["sha256"]) == (number, digest(day))


@pytest.mark.service
@pytest.mark.parametrize(
    ("day", "workers", "disturbed"),
    [
        *(("traffic", workers, disturbed) for workers in (1, 4) for disturbed in (False, True)),
        ("year", 4, False),
        ("demo", 4, False),
    ],
    indirect=["day"],
)
def test_on_engines(day: Path, tmp_path: Path, workers: int, disturbed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with spread(tmp_path, workers, monkeypatch) as (url, crew):
        for number in range(TIMES):
            with disturbing(crew, number) if disturbed else nullcontext():
                shuffled = ("--shuffle", number) if disturbed else ()
                call("replay", day, "--url", url, "--sandbox", f"again-{number}", *shuffled, "--json")
            answer = json.loads(call("digest", "--sandbox", f"again-{number}", "--json"))
            assert (number, answer["sha256"]) == (number, digest(day))


@contextmanager
def spread(folder: Path, workers: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Crew]]:
    """A window in processes of its own: its address, the processes."""
    with made_database("postgresql", folder) as database, empty_vhost() as vhost:
        if not vhost.own:
            absent("no RabbitMQ whose vhosts may be made: processes of the window know one namespace only")
        settings = {"data": folder / "data", "database": database, "broker": vhost.url, "port": free_port()}
        for name, value in settings.items():
            monkeypatch.setenv(f"SINGLE_WINDOW_{name.upper()}", str(value))
        call("sandbox", "list")
        commands = {
            "serve": ("serve", "--processes", "1"),
            "work": ("work", "all", "--processes", str(workers)),
        }
        with Crew(commands, surroundings(settings), folder / "logs") as crew:
            url = f"http://127.0.0.1:{settings['port']}"
            until(lambda: "again" not in listed(url), PATIENCE, "nobody answers")
            yield url, crew


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
