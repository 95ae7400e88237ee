"""`single-window sandbox`: emptied, kept, restored and deleted, on the data folder and over HTTP alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from single_window.process.serving import Server
from single_window_client import WindowClient
from tests.commands import run_command

Run = Callable[..., str]


@pytest.fixture(params=["folder", "http"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    place = ["--data", str(tmp_path)]
    if request.param == "http":
        server: Server = request.getfixturevalue("server")
        place = ["--url", server.url]

    def called(*arguments: str, code: int = 0) -> str:
        result = run_command("sandbox", *arguments, *place, code=code)
        return result.output

    return called


def test_a_sandbox_is_made_kept_emptied_restored_and_deleted(run: Run) -> None:
    assert "Created sandbox kept" in run("create", "kept", "--preset", "ci")
    assert "kept" in run("list")
    run("options", "open=false", "--sandbox", "kept")
    number = str(json.loads(run("snapshot", "kept", "--label", "closed", "--json"))[0]["id"])
    run("options", "open=true", "--sandbox", "kept")
    assert "closed" in run("snapshot", "kept", "--list")
    run("reset", "kept")
    assert "Restored" in run("restore", "kept", number)
    assert json.loads(run("options", "--sandbox", "kept", "--json"))["open"] is False
    assert "snapshot" in run("restore", "kept", "999999", code=1)
    assert "Deleted" in run("delete", "kept")
    assert "kept" in run("options", "--sandbox", "kept", code=1)


def test_main_stays(run: Run) -> None:
    assert "main" in run("delete", "main", code=1)


def test_what_the_window_refuses_is_reported(server: Server) -> None:
    with WindowClient(server.url) as client:
        client.make_sandbox("taken")
    result = run_command("sandbox", "create", "taken", "--url", server.url)
    assert result.exit_code == 1 and "[sandbox-exists]" in result.output
