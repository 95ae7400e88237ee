"""`run` in two processes on SQLite: one answers, one works; who dies is replaced, and all end together."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.catalogue import by_code
from single_window.clock import system_now
from single_window.intake.samples import fresh
from single_window.messaging.socket_wakeups import FOLDER
from single_window.recordings import file
from tests.chaos.programs import Program, until
from tests.commands import run_command
from tests.patience import PATIENCE
from tests.running import address, logged, program, running
from tests.unit.single_window.serving_http import TRADE, Client

pytestmark = pytest.mark.long

STARTED = r"process\.started +name=trades-1 .*?pid=(\d+)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the window of this module is."""
    return tmp_path_factory.mktemp("two")


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Program]:
    with running("run --port 0 --processes 2", folder) as process:
        yield process


def worker(window: Program, times: int = 1) -> int:
    """The process id of the program that works."""
    return int(re.sub(r"\D", "", logged(window, STARTED, times)[1]))


def release(client: Client, label: str) -> None:
    """Send a trade of its own, and wait until it is released."""
    for code in TRADE:
        body = fresh(by_code(code), label, system_now())
        assert client.post(body).status == 202
    order = re.search(rb"<ceb:orderNo>([^<]+)", body)
    assert order

    def released() -> bool:
        answer = client.get(f"/declarations/{order[1].decode()}")
        return answer.status == 200 and answer.json["declarations"][0]["state"] == "released"

    until(released, PATIENCE, f"{label} is released")


@pytest.mark.long
def test_one_process_answers_and_the_other_works_and_is_started_again_when_it_is_killed(window: Program) -> None:
    client = Client(address(window))
    release(client, "TWO-1")
    by = set(re.findall(r"batch\.done .*?process=(\d+)", window.log.read_text()))
    assert by == {str(worker(window))} != {str(window.pid)}
    os.kill(worker(window), signal.SIGKILL)
    release(client, "KILLED-2")
    assert worker(window, 2) and "process.died" in window.log.read_text()


def test_all_end_when_they_are_asked_to_and_leave_nothing_behind(tmp_path: Path) -> None:
    with running("run --port 0 --processes 3", tmp_path) as window:
        release(Client(address(window)), "ASKED-1")
        assert len(window.members()) == 3
    assert window.exit_code == 0 and window.members() == []
    assert list((tmp_path / "data" / FOLDER).iterdir()) == []


def test_no_process_outlives_one_that_is_killed(tmp_path: Path) -> None:
    window = program("run --port 0 --processes 2", tmp_path)
    window.start()
    address(window)
    pid = worker(window)
    assert pid in window.members()
    os.kill(window.pid or 0, signal.SIGKILL)
    try:
        until(lambda: window.members() == [], PATIENCE, "the other process has ended")
    finally:
        window.stop(patience=PATIENCE)


@pytest.mark.long
def test_a_recorded_day_comes_to_the_same_digest(window: Program, folder: Path, tmp_path: Path) -> None:
    day, played, here = tmp_path / "day.swr", tmp_path / "played", folder / "data"
    run_command("traffic", "tuesday", "--trades", 6, "--per-message", 1, "--data", played, "--quiet", "--json")
    run_command("record", day, "--data", played, "--sandbox", "traffic", code=0)
    run_command("replay", day, "--url", address(window), "--sandbox", "again", "--json", code=0)
    answer = json.loads(run_command("digest", "--data", here, "--sandbox", "again", "--json", code=0).stdout)
    with file.open_recording(day) as recording:
        assert answer["sha256"] == recording.manifest.digest
