"""A list that was drawn for inspection says how to go on; a plain sandbox draws none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateways.circumstances import Options
from single_window.api import create_app
from single_window.cases.declarations import assembly
from single_window.clock import Clock
from single_window.intake.admission_queue import AdmissionQueue
from single_window.wiring import Window
from tests.commands import run_command
from tests.databases import read_by, window_in
from tests.stories.story import NOON, StoryRunner

MOST = 200
"""Trades among which a draw of two in a hundred hits one; the dice are keyed, so it is always the same."""


def drawn(window: Window, sandbox: str) -> str:
    """The order number of the first list that is drawn."""
    runner = StoryRunner(window, sandbox)
    for number in range(MOST):
        trade = runner.trade(number)
        runner.send(trade)
        window.settle()
        if runner.column(trade, "state") == "under_inspection":
            return str(runner.column(trade, "order_no"))
    raise AssertionError("nothing was drawn")


def test_a_drawn_list_says_how_to_go_on_and_does(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    window.make_sandbox("still", Options(), clock=Clock("virtual", NOON, 0, Clock().rate * 0))
    number = drawn(window, "still")
    story = read_by(window.engine, assembly.of_order, "still", number)
    assert story.head is not None and story.advice is not None
    advance = next(text for text in story.advice.en.split("single-window ") if text.startswith("clock advance"))
    page = (
        create_app(window, admission=AdmissionQueue(window))
        .test_client()
        .get(f"/declarations/{story.head.id}?sandbox=still&lang=zh")
        .text
    )
    assert "抽中查验" in page and "--preset plain" in page
    window.close()
    shown = run_command("show", number, "--sandbox", "still", "--data", tmp_path, "--lang", "en")
    assert "Drawn for inspection" in shown.output
    words = advance.partition(";")[0].split()
    assert run_command(*words, "--data", tmp_path).exit_code == 0
    after = run_command("show", number, "--sandbox", "still", "--data", tmp_path, "--json")
    assert json.loads(after.output)["head"]["state"] != "under_inspection"
    assert json.loads(after.output)["advice"] is None


@pytest.mark.parametrize(("more", "inspection"), [((), False), (("--set", "inspection=true"), True)])
def test_a_plain_sandbox_draws_nothing(tmp_path: Path, more: tuple[str, ...], inspection: bool) -> None:
    command = ["sandbox", "create", "ci", "--preset", "plain", *more, "--json", "--data", str(tmp_path)]
    made = run_command(*command)
    assert json.loads(made.output)["options"]["inspection"] is inspection
