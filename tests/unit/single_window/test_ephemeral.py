"""`run --ephemeral`: a window for one run of tests, whose data go with it and whose address stands in a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest

from single_window.client import NotReachable, WindowClient, running
from single_window.context import MAIN
from single_window.process import ephemeral
from single_window.settings import Settings, WrongSetting
from tests.chaos.programs import until
from tests.databases import window_in
from tests.running import PATIENCE, environment, program


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
    assert stopping.wait(30)


def test_a_window_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(running.NotStarted, match="no-such-preset"):
        running.start(tmp_path, preset="no-such-preset")


def test_a_started_window_has_little_memory_and_answers_until_it_is_stopped(tmp_path: Path) -> None:
    started = running.start(tmp_path)
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
