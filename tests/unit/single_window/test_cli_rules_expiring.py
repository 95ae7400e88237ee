"""`single-window rules expiring` lists what of the law ends soon."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from declarations.calendar import instant_of
from declarations.refund import rates
from gateways.circumstances import Options
from single_window.clock import Clock
from single_window.master_data.importing import import_csv
from tests.commands import run_command
from tests.databases import window_in

SHIRTS = (
    "hs10,name,unit,levy,refund,since,until,flag,confidence\n6109100010,T恤衫,011,0.13,0.13,2026-01-01,2027-06-30,,I\n"
)
"""A rate that ends, and nobody knows what comes then."""


def call(*arguments: object) -> Result:
    return run_command("rules", "expiring", *arguments)


def answer(*arguments: object) -> list[dict[str, Any]]:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    outcome: list[dict[str, Any]] = json.loads(result.stdout)
    return outcome


@pytest.mark.parametrize(
    ("day", "days", "left"),
    [
        ("2027-11-30", 30, None),
        ("2027-12-01", 30, 30),
        ("2027-12-31", 0, 0),
        ("2028-01-01", 30, None),
    ],
)
def test_a_value_that_nothing_follows_is_reported_up_to_its_last_day(
    tmp_path: Path, day: str, days: int, left: int | None
) -> None:
    result = {row["id"]: row for row in answer("--date", day, "--days", days, "--data", tmp_path)}
    for name in ("export.returns.relief@2026-01-01", "refund.small_firm@2023-01-01"):
        assert (result.get(name, {}).get("days_left")) == left
    if left is not None:
        outcome = result["refund.small_firm@2023-01-01"]
        assert (outcome["last_day"], outcome["then"], outcome["confidence"]) == ("2027-12-31", "", "K")
        assert outcome["source"] and outcome["title_zh"] and outcome["title_en"]


def test_a_refund_rate_that_changes_is_reported_with_what_follows(tmp_path: Path) -> None:
    (result,) = [
        row for row in answer("--date", "2026-12-05", "--data", tmp_path) if row["id"].startswith("refund.rates")
    ]
    assert (result["id"], result["value"], result["then"], result["last_day"], result["days_left"]) == (
        "refund.rates/8507600090@2026-04-01",
        "6%",
        "0%",
        "2026-12-31",
        26,
    )
    # between two rows of one code with the same refund nothing changes for exporters
    assert not [row for row in answer("--date", "2018-10-20", "--data", tmp_path) if "6109100010" in row["id"]]


def test_people_read_a_table_in_their_language(tmp_path: Path) -> None:
    english = call("--date", "2026-12-05", "--data", tmp_path, "--lang", "en").output
    chinese = call("--date", "2026-12-05", "--data", tmp_path, "--lang", "zh").output
    assert "Refund rate of 8507600090" in english and "2026-12-31" in english
    assert "退税率：其他锂离子蓄电池" in chinese
    assert (
        "Nothing ends within 3 days from 2026-07-01."
        in call("--date", "2026-07-01", "--days", "3", "--data", tmp_path, "--lang", "en").output
    )


def test_the_sandbox_shows_the_day_and_its_own_rates(tmp_path: Path) -> None:
    with closing(window_in(tmp_path)) as window:
        window.make_sandbox("then", Options(), clock=Clock("virtual", instant_of(date(2027, 6, 10), 12), 0, 0))
        import_csv(window, "then", "refund_rates", SHIRTS)
    (result,) = [row for row in answer("--data", tmp_path, "--sandbox", "then") if "6109100010" in row["id"]]
    assert (result["last_day"], result["days_left"], result["then"]) == ("2027-06-30", 20, "")
    assert "nothing known" in call("--data", tmp_path, "--sandbox", "then", "--lang", "en").output
    assert rates.load_rates().rows_of("6109100010")[-1].until is None


def test_the_last_day_that_there_is_ends_nothing(tmp_path: Path) -> None:
    assert answer("--date", "9999-12-31", "--days", 36_500, "--data", tmp_path) == []
    assert call("--days", "-1", "--data", tmp_path).exit_code == 2


def test_all_that_rests_on_an_act_is_one_command() -> None:
    result = run_command("rules", "source", "财税[2018]103号", "--json")
    outcome = json.loads(result.stdout)
    assert outcome["source"]["act"] == "财税〔2018〕103号"
    assert {value["id"] for value in outcome["values"]} >= {"refund.no_invoice@2018-10-01"}
    listed = json.loads(run_command("rules", "source", "--json").stdout)
    assert {row["kind"] for row in listed} == {"act", "secondary", "own"}


def test_an_act_that_nobody_knows_is_answered_with_the_nearest() -> None:
    result = run_command("rules", "source", "财税〔2018〕130号")
    assert result.exit_code == 1 and "did you mean" in result.output
