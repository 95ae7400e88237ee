"""Triggers and scenarios on the command line: made, listed, removed; a receipt as a short name of an outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from single_window.outcomes.scenarios import scenarios
from tests.commands import run_command
from tests.tables import each


def answer(*arguments: object) -> Any:
    result = run_command(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@each(("language", "message"), [("zh", "支付金额与订单不一致"), ("en", "the amount paid differs from the order")])
def test_ready_made_outcomes_are_listed_in_either_language(language: str, message: str) -> None:
    shown = run_command("scenarios", "--lang", language)
    assert shown.exit_code == 0 and message in shown.output
    assert [row["name"] for row in answer("scenarios")] == list(scenarios())


def test_triggers_are_made_listed_and_removed(tmp_path: Path) -> None:
    data = ("--data", tmp_path)
    (made,) = answer("trigger", "add", "--scenario", "lost", "--order", "DD*", "--times", 2, "--name", "gone", *data)
    assert (made["match"], made["left"]) == ({"receipt": "622.800", "order": "DD*"}, 2)
    answer("trigger", "add", "--do", "delay", "--spread", "uniform", "--least", 5, "--most", 60, *data)
    assert [row["do"]["do"] for row in answer("trigger", "list", *data)] == ["delay", "lose"]
    assert "order=DD*" in run_command("trigger", "list", *data).output
    assert answer("trigger", "remove", "gone", *data) == {"removed": 1}
    assert answer("trigger", "remove", "all", *data) == {"removed": 1}
    assert "single-window scenarios" in run_command("trigger", "list", *data).output


@each(
    ("receipt", "more", "match", "do"),
    [
        ("622.100", ("--code", "1332"), {"type": "621"}, {"do": "reject", "code": "1332"}),
        ("604.500", (), {"type": "603"}, {"do": "inspect"}),
        ("622.300", (), {"type": "621"}, {"do": "review"}),
        ("622.-621001", (), {"type": "621"}, {"do": "refuse", "code": "-621001"}),
        ("622.800", (), {"type": "621", "receipt": "622.2"}, {"do": "receipt", "status": "800"}),
        (
            "312.100",
            ("--code", "13035"),
            {"type": "311", "receipt": "312.120"},
            {"do": "receipt", "status": "100", "code": "13035", "place": "instead"},
        ),
    ],
)
def test_a_receipt_is_a_short_name_of_its_outcome(
    tmp_path: Path, receipt: str, more: tuple[str, ...], match: dict[str, Any], do: dict[str, Any]
) -> None:
    (made,) = answer("trigger", receipt, *more, "--data", tmp_path / receipt)
    assert (made["match"], made["do"]) == (match, do)


@each(
    ("arguments", "message"),
    [
        (("add",), "one of --scenario, --outcome and --do"),
        (("622.abc",), "No such command"),
        (("add", "--scenario", "lost", "--code", "1"), "cannot be combined with --code"),
        (("621.100",), "is not possible"),
        (("add", "--do", "repeat", "--copies", "101"), "from 2 to 100"),
        (("remove", "nothing"), "There is no trigger"),
    ],
)
def test_what_cannot_be_says_why(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run_command("trigger", *arguments, "--data", tmp_path)
    assert result.exit_code and message in result.output and "went wrong" not in result.output
