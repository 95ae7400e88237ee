"""`run --ephemeral`: a window for one run of tests, whose data go with it and whose address stands in a file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest

from single_window.context import MAIN
from single_window.process import ephemeral
from single_window.settings import Settings, WrongSetting
from single_window.temporary import clear_away, temporary_folder
from single_window_client import CallRefused, NotReachable, WindowClient, running
from tests.chaos.programs import Program, until
from tests.databases import window_in
from tests.patience import PATIENCE
from tests.running import environment, program, started_window

ROOT = Path(__file__).parents[3]


@pytest.mark.long
def test_it_says_where_it_answers_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ready = tmp_path / "window.json"
    process = program(f"run --ephemeral --port 0 --preset ci --json --ready-file {ready}", tmp_path, "run", made=False)
    process.start()
    until(lambda: ready.exists() or not process.alive, PATIENCE, "it is ready")
    answer = json.loads(ready.read_text())
    until(lambda: "\n{" in "\n" + process.log.read_text(), PATIENCE, "it has said where")
    line = json.loads(next(line for line in process.log.read_text().splitlines() if line.startswith("{")))
    assert line["url"] == answer["url"] and set(answer) == {"url", "pid", "sandbox", "version"}
    assert Path(line["data"]).is_dir()
    with WindowClient(answer["url"]) as client:
        main = client.sandbox(answer["sandbox"])
        assert main.clock.show().mode == "frozen"
        assert main.options()["inspection"] is False
    assert process.stop(patience=PATIENCE)
    assert not Path(line["data"]).parent.exists()
    assert not ready.exists() and not (tmp_path / "data").exists()


@pytest.mark.long
def test_what_a_killed_window_leaves_goes_with_the_next_start(tmp_path: Path) -> None:
    def folders() -> set[Path]:
        return set(tmp_path.glob("single-window-*"))

    ready = [tmp_path / "first.json", tmp_path / "second.json"]
    processes = [
        Program(
            f"run{number}",
            [sys.executable, "-m", "single_window", "run", "--ephemeral", "--port", "0", "--ready-file", str(file)],
            tmp_path / f"{number}.log",
            {**environment(tmp_path), "TMPDIR": str(tmp_path)},
        )
        for number, file in enumerate(ready)
    ]
    processes[0].start()
    until(lambda: ready[0].exists(), PATIENCE, "the first is ready")
    processes[0].kill()
    left = folders()
    assert len(left) == 1
    processes[1].start()
    until(lambda: ready[1].exists(), PATIENCE, "the second is ready")
    assert len(folders()) == 1 and not folders() & left
    assert processes[1].stop(patience=PATIENCE) and folders() == set()


def test_the_folder_of_a_living_process_and_an_unmarked_one_stay(tmp_path: Path) -> None:
    (tmp_path / "single-window-mine").mkdir()
    with temporary_folder(within=tmp_path) as first, temporary_folder(within=tmp_path) as second:
        assert clear_away(tmp_path) == 0
        assert first.is_dir() and second.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["single-window-mine"]


@pytest.mark.long
def test_the_command_of_the_image_starts_with_its_environment(tmp_path: Path) -> None:
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
    of_image = dict(pair.split("=", 1) for pair in re.findall(r"SINGLE_WINDOW_\w+=\S+", text))
    command = next(
        line.partition(" single-window ")[2]
        for line in (ROOT / "docs/ci.md").read_text("utf-8").splitlines()
        if line.startswith("docker run")
    )
    ready = tmp_path / "window.json"
    process = Program(
        "image",
        [sys.executable, "-m", "single_window", *command.split(), "--ready-file", str(ready)],
        tmp_path / "image.log",
        {**environment(tmp_path), **of_image, "SINGLE_WINDOW_PORT": "0", "SINGLE_WINDOW_DATA": str(tmp_path / "none")},
    )
    process.start()
    until(lambda: ready.exists() or not process.alive, PATIENCE, f"it is ready:\n{process.tail()}")
    answer = json.loads(ready.read_text())
    assert of_image["SINGLE_WINDOW_HOST"] == "0.0.0.0" and answer["key"] in process.log.read_text()
    with WindowClient(answer["url"], answer["key"]) as client:
        assert client.sandbox(answer["sandbox"]).options()["inspection"] is False
        client.sandbox(answer["sandbox"]).clock.advance("1d")
    with WindowClient(answer["url"]) as client, pytest.raises(CallRefused, match="credentials"):
        client.sandboxes()
    assert process.stop(patience=PATIENCE)


def test_the_ready_file_appears_whole_and_goes_again(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    with ephemeral.address_file(file, "http://127.0.0.1:1"):
        assert json.loads(file.read_text())["pid"] == os.getpid()
        assert file.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.iterdir()) == [file]
    assert list(tmp_path.iterdir()) == []


def test_it_takes_no_database_and_no_broker_of_others() -> None:
    for settings in (Settings(database="sqlite:///elsewhere"), Settings(broker="amqp://guest:secret@host")):
        with pytest.raises(WrongSetting) as refused, ephemeral.temporary(settings):
            pass
        assert "--ephemeral" in str(refused.value) and "secret" not in str(refused.value)


def test_a_preset_sets_the_options_and_the_clock_of_main(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    ephemeral.prepare(window, "plain")
    assert not window.sandbox(MAIN).options.inspection and window.sandbox(MAIN).clock.kind == "system"
    ephemeral.prepare(window, "ci")
    assert (window.sandbox(MAIN).clock.kind, window.sandbox(MAIN).clock.rate) == ("virtual", Decimal(0))
    window.close()


def test_it_ends_with_the_process_that_it_was_started_for() -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    stopping = Event()
    ephemeral.end_with(other.pid, stopping, look=0.01)
    assert not stopping.wait(0.1)
    other.communicate()
    assert stopping.wait(PATIENCE)


def test_a_window_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(running.NotStarted, match="no-such-preset"):
        started_window(tmp_path, preset="no-such-preset")


@pytest.mark.long
def test_a_started_window_has_little_memory_and_answers_until_it_is_stopped(tmp_path: Path) -> None:
    started = started_window(tmp_path)
    peak = next(line for line in Path(f"/proc/{started.pid}/status").read_text().splitlines() if "VmHWM" in line)
    with WindowClient(started.url) as client:
        assert client.sandboxes() == [MAIN]
        running.stop(started)
        with pytest.raises(NotReachable, match="single-window run"):
            client.sandboxes()
    assert int(peak.split()[1]) < 150_000


def test_nothing_of_another_window_reaches_a_started_one(tmp_path: Path) -> None:
    assert "SINGLE_WINDOW_DATA" in environment(tmp_path)
    assert not [name for name in running.environment_of(environment(tmp_path)) if name.startswith("SINGLE_WINDOW_")]
