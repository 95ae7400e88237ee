"""Whatever the umask, what a window keeps is for its own user alone; what others could read is tightened at start."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving_http import Client, again, sample

from single_window.private import tighten
from single_window.settings import Settings
from tests.commands import run_command
from tests.running import address, program


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """A umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """What group or others may do something with."""
    return [str(path) for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.lstat().st_mode) & 0o077]


@pytest.mark.long
def test_what_a_running_window_makes_is_for_its_user_alone(tmp_path: Path) -> None:
    window = program("run --port 0", tmp_path, made=False)
    window.start()
    try:
        client = Client(address(window))
        assert client.post(again(sample("311"))).status == 202 and client.call("GET", "/metrics").status == 200
        assert open_to_others(tmp_path / "data") == []
        names = {path.name for path in (tmp_path / "data").iterdir()}
        assert {"window.sqlite3", "window.sqlite3-wal", "window.sqlite3-shm", "window.sqlite3-turn", "lock"} <= names
    finally:
        window.stop()


def test_what_was_made_before_is_tightened_at_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "folders" / "main" / "in").mkdir(parents=True)
    (data / "folders" / "main" / "in" / "a.xml").write_text("x")
    sqlite3.connect(data / "window.sqlite3").close()
    elsewhere = tmp_path / "database.sqlite3"
    elsewhere.write_bytes(b"")
    (data / "link").symlink_to(tmp_path)
    chosen = Settings(data=data, database=f"sqlite:///{elsewhere}")
    assert tighten(data, chosen.database_files) == 7
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600 and stat.S_IMODE(data.stat().st_mode) == 0o700
    assert tighten(data, chosen.database_files) == 0
    assert stat.S_IMODE(tmp_path.stat().st_mode) & 0o700 == 0o700


def test_a_folder_that_all_may_write_to_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "somebody's").touch()
    shared.chmod(0o1777)
    assert tighten(shared) == 0 and stat.S_IMODE((shared / "somebody's").stat().st_mode) == 0o666


def test_a_backup_is_for_its_user_alone(tmp_path: Path) -> None:

    data, file = tmp_path / "data", tmp_path / "copy.sqlite3"
    for command in (["sandbox", "create", "x"], ["backup", str(file)]):
        assert run_command(*command, "--data", data).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and open_to_others(data) == []
