"""`single-window parameters`: what is in force, with a sandbox's own values, and changing one of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateways.circumstances import Options
from single_window.cli import main
from single_window.clock import Clock
from tests.commands import run_command
from tests.databases import window_in
from tests.officers import account
from tests.stories.story import NOON
from tests.tables import each

FAILURE = "inspection.quality_failure"
ABOUT = ("--about", "parameter", "--reason", "演练")
CHANGE = ("act", FAILURE, "change", "--amount", "0.07", "--since", "2026-11-23", *ABOUT)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a window with two officers."""
    window = window_in(tmp_path)
    window.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
    account(window, "gao", "administrator")
    account(window, "zhao", "supervisor")
    window.close()
    return tmp_path


def call(data: Path, *words: str) -> tuple[int, str]:
    result = run_command(*words, "--data", data, "--sandbox", "s", "--lang", "en")
    return result.exit_code, result.output


def values(data: Path, name: str = FAILURE, sandbox: str = "s") -> list[dict[str, Any]]:
    result = run_command("parameters", name, "--data", data, "--sandbox", sandbox, "--json", code=0)
    outcome: list[dict[str, Any]] = json.loads(result.output)["values"]
    return outcome


def test_a_name_alone_is_shown_and_so_are_all_names(tmp_path: Path) -> None:
    assert call(tmp_path, "parameters", "limits.annual")[1] == call(tmp_path, "parameters", "show", "limits.annual")[1]
    assert "limits.annual" in call(tmp_path, "parameters")[1]


def test_without_data_it_is_the_law_of_the_package(tmp_path: Path) -> None:
    assert [value["value"] for value in values(tmp_path / "none")] == ["0.03"]
    assert not (tmp_path / "none").exists()


def test_the_operator_changes_it_at_once(data: Path) -> None:
    code, output = call(data, *CHANGE)
    assert code == 0 and "0.07" in output and "(done)" in output
    assert [value["value"] for value in values(data)] == ["0.03", "0.07"]


@each(
    "settings", [{"SINGLE_WINDOW_HOST": "0.0.0.0"}, {"SINGLE_WINDOW_REQUIRE_KEYS": "1"}], ids=lambda given: str(given)
)
def test_whoever_has_the_folder_decides_whomever_the_window_lets_in_over_http(
    data: Path, settings: dict[str, str]
) -> None:
    done = CliRunner(env=settings).invoke(main, ["act", FAILURE, "--about", "parameter", "--data", str(data)])
    assert done.exit_code == 0 and "change" in done.output, done.output
