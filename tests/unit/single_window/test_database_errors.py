"""A database that cannot be used is named in one line, without its password, with what to do; and how it is named."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import make_url

from single_window.settings import Settings, WrongSetting, from_environment
from single_window.store.unavailable import place
from tests.chaos.programs import spawned
from tests.commands import run_command
from tests.databases import ADDRESS, empty_database
from tests.patience import PATIENCE
from tests.tables import each

COMMANDS = (["show", "X1"], ["receipts"], ["sandbox", "list"], ["upgrade"], ["upgrade", "--check"])
PASSWORD = "geheim"


def call(database: str, data: Path, *arguments: str) -> Result:
    return run_command(*arguments, "--data", data, env={"SINGLE_WINDOW_DATABASE": database})


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that nobody listens on, and that nobody takes meanwhile."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_server_that_is_not_there_is_named(tmp_path: Path, dead_port: int, arguments: list[str]) -> None:
    pytest.importorskip("psycopg")
    result = call(f"postgresql://somebody:{PASSWORD}@127.0.0.1:{dead_port}/clearance", tmp_path, *arguments)
    assert result.exit_code == 1
    line, *more = result.stderr.strip().splitlines()
    assert f"somebody:***@127.0.0.1:{dead_port}/clearance" in line
    assert "refused" in line and "Start PostgreSQL" in line and "SINGLE_WINDOW_DATABASE" in line
    assert more == [] and PASSWORD not in result.output


@pytest.mark.long
def test_a_window_that_is_to_run_names_it_and_waits_for_it(tmp_path: Path, dead_port: int) -> None:
    pytest.importorskip("psycopg")
    address = f"postgresql://somebody:{PASSWORD}@127.0.0.1:{dead_port}/clearance"
    command = [sys.executable, "-m", "single_window", "run", "--port", "0", "--data", str(tmp_path)]
    with spawned(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SINGLE_WINDOW_DATABASE": address, "LANG": "C.UTF-8"},
    ) as running:
        lines = (line for line in running.stderr if "cannot be used" in line)
        log_lines = [next(lines), next(lines)]  # it says so again with the next attempt
        running.send_signal(signal.SIGTERM)
        rest = running.communicate(timeout=PATIENCE)[1]
    assert all(
        f"somebody:***@127.0.0.1:{dead_port}/clearance" in line and "Start PostgreSQL" in line for line in log_lines
    )
    assert PASSWORD not in "".join(log_lines) + rest and "Traceback" not in rest
    assert running.returncode == 0


def test_status_shows_the_same_and_what_else_it_knows(tmp_path: Path, dead_port: int) -> None:
    pytest.importorskip("psycopg")
    result = call(f"postgresql://somebody:{PASSWORD}@127.0.0.1:{dead_port}/clearance", tmp_path, "status")
    assert result.exit_code == 1
    assert f":***@127.0.0.1:{dead_port}/clearance" in result.output and "Start PostgreSQL" in result.output
    assert PASSWORD not in result.output and "Traceback" not in result.output


@pytest.mark.service
def test_a_database_that_does_not_exist_comes_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with empty_database("postgresql", tmp_path) as known:
        missing = make_url(known).set(database="no_such_clearance").render_as_string(hide_password=False)
    result = call(missing, tmp_path, "show", "X1")
    assert result.exit_code == 1
    assert "no_such_clearance" in result.stderr and "createdb " in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.service
def test_a_role_that_may_not_is_sent_to_its_settings(tmp_path: Path) -> None:
    with empty_database("postgresql", tmp_path) as known:
        wrong = make_url(known).set(username="nobody_of_ours", password=PASSWORD)
        result = call(wrong.render_as_string(hide_password=False), tmp_path, "show", "X1")
    assert result.exit_code == 1
    assert "nobody_of_ours" in result.stderr and "Check user and password" in result.stderr
    assert PASSWORD not in result.output and len(result.stderr.strip().splitlines()) == 1


def test_without_psycopg_the_extra_is_named(tmp_path: Path) -> None:
    program = "import sys; sys.modules['psycopg'] = None; from single_window.cli import main; main()"
    process = subprocess.run(
        [sys.executable, "-c", program, "show", "X1", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        env={"SINGLE_WINDOW_DATABASE": f"postgresql://u:{PASSWORD}@h/db", "PATH": "", "LANG": "C.UTF-8"},
        check=False,
        timeout=PATIENCE,
    )
    assert process.returncode == 1
    assert "psycopg" in process.stderr and "pip install 'cross-border-single-window[postgresql]'" in process.stderr
    assert PASSWORD not in process.stderr and len(process.stderr.strip().splitlines()) == 1


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    result = call(f"sqlite:///{tmp_path}/nowhere/window.sqlite3", tmp_path, "show", "X1")
    assert result.exit_code == 1
    assert f"{tmp_path}/nowhere/window.sqlite3" in result.stderr and "folder" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@each("given", ["postgres://u:p@h:1/db", "postgresql://u:p@h:1/db", "postgresql+psycopg://u:p@h:1/db"])
def test_however_postgresql_is_written_it_is_reached_by_psycopg_3(given: str) -> None:
    assert from_environment({"SINGLE_WINDOW_DATABASE": given}).database_url == "postgresql+psycopg://u:p@h:1/db"


@each(
    "given",
    [
        "mysql://u:geheim@h/db",
        "postgresql+psycopg2://u:geheim@h/db",
        "sqlite://",
        "postgresql://u:geheim@h",
        "nonsense",
    ],
)
def test_an_address_of_something_else_is_refused_with_what_is_allowed(given: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        from_environment({"SINGLE_WINDOW_DATABASE": given})
    assert "SINGLE_WINDOW_DATABASE" in str(refused.value) and "postgresql://" in str(refused.value)
    assert PASSWORD not in str(refused.value)


def test_a_password_is_shown_nowhere_in_an_address() -> None:
    for address in (
        f"postgresql+psycopg://u:{PASSWORD}@h/db",
        f"postgresql+psycopg://u@h/db?password={PASSWORD}",
        f"postgresql+psycopg:///db?password={PASSWORD}",
    ):
        assert PASSWORD not in place(make_url(address))


def test_a_server_without_a_name_is_reported_as_this_machine() -> None:
    assert "this machine" in place(make_url("postgresql+psycopg:///clearance"))
    assert "this machine" not in place(make_url(Settings(data=Path("d")).database_url))
    assert make_url(ADDRESS).get_backend_name() == "postgresql"
