"""Batches on the command line: answers, exit codes, what is refused and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.commands import run_command


def call(*arguments: object) -> Result:
    return run_command("batch", *arguments)


def answer(*arguments: object) -> Any:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def data(tmp_path: Path) -> tuple[object, ...]:
    return "--data", tmp_path / "data", "--participant", "A"


@pytest.fixture
def number(data: tuple[object, ...]) -> str:
    return str(answer("open", "E", "4227", "9610", *data)["batch_no"])


def test_a_batch_is_opened_filled_shown_and_dissolved_when_nobody_comes(data, number, tmp_path) -> None:
    names = tmp_path / "numbers.txt"
    names.write_text("X1\nX2\nX1\n")
    added = answer("add", number, "X3", "--file", names, *data)
    assert (added["batch"]["members"], added["said"][0]["event"]) == (3, "batch_add")
    assert answer("remove", number, "X3", *data)["batch"]["members"] == 2
    shown = answer("show", number, *data[:2])
    assert [row["state"] for row in shown["of_members"]] == ["removed", "reserved", "reserved"]
    assert [event["event"] for event in shown["history"]] == ["batch_opened", "batch_add", "batch_remove"]
    assert answer("declare", number, *data)["batch"]["state"] == "dissolved"
    assert [batch["batch_no"] for batch in answer("list", "--state", "dissolved", *data[:2])["batches"]] == [number]


def test_lists_must_be_named(data, number) -> None:
    assert call("add", number, *data).exit_code == 2
