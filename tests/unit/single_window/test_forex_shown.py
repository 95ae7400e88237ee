"""Reports of foreign exchange over HTTP and on the command line: listed, one with its legs, decided, the directory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from declarations.money import scaled_from_text
from gateways.forex.repository import ListedEnterprise
from single_window.api.app import create_app
from single_window.cases.exchange import queries as forex
from single_window.master_data import importing as masterdata
from single_window.store.engine import reading
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import window_in
from tests.described import described_client
from tests.stories.exchanging import MERCHANT, Exchanging, cost, leg
from tests.stories.story import WORLD, StoryRunner
from tests.tables import each


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A window with reports that are booked, wait for the bank, and are refused."""
    folder = tmp_path_factory.mktemp("forex")
    window = window_in(folder)
    driver = Exchanging(StoryRunner(window, "s"))
    small, large = driver.sold(1), driver.sold(2, value="79991.00")
    driver.reports(leg(small[0]))
    driver.reports(
        leg(large[0], "80000.00"), cost("12500.00"), cost("3400.00", 3), cop_no="SH2", settlement="2", amount="64100.00"
    )
    driver.reports(leg(small[0], "1.00"), cop_no="SH3")
    window.close()
    return folder


@pytest.fixture
def client(played: Path) -> Iterator[FlaskClient]:
    window = window_in(played)
    with described_client(create_app(window, runtime=Runtime(window))) as made:
        made.environ_base["HTTP_X_SANDBOX"] = "s"
        yield made
    window.close()


def decide(folder: Path, *act: str) -> Result:
    """An act at the command line."""
    where = ("--about", "forex_report", "--data", str(folder), "--sandbox", "s")
    return run_command("act", *act, *where)


def call(folder: Path, *arguments: object) -> Result:
    given = ["forex", *map(str, arguments), "--data", str(folder), "--sandbox", "s"]
    return run_command(*given)


def answer(folder: Path, *arguments: object) -> Any:
    return json.loads(call(folder, *arguments, "--json").stdout)


def test_http_shows_one_with_its_legs_and_its_restoration(client: FlaskClient) -> None:
    shown = client.get("/api/v1/forex/reports/SH2").json
    assert [(row["direction"], row["amount"], row["state"]) for row in shown["of_legs"]] == [
        ("1", "80000.00", "in_review"),
        ("2", "12500.00", "in_review"),
        ("2", "3400.00", "in_review"),
    ]
    assert [(row["code"], row["amount"]) for row in shown["restored"]][:2] == [
        ("999999", "64100.00"),
        ("122030", "80000.00"),
    ]
    assert [line["event"] for line in shown["history"]] == ["forex_in_review"]
    assert client.get(shown["links"]["self"]).json["cop_no"] == "SH2"
    assert client.get("/api/v1/forex/reports/SH9").status_code == 404


@each("language", ["zh", "en"])
def test_the_command_line_shows_the_same(played: Path, language: str) -> None:
    assert [report["cop_no"] for report in answer(played, "list", "--state", "in_review")["reports"]] == ["SH2"]
    assert len(answer(played, "show", "SH2")["restored"]) == 4
    for arguments in (
        ("list",),
        ("list", "--merchant", "NOBODY"),
        ("show", "SH1"),
        ("show", "SH2"),
        ("show", "SH3"),
        ("class",),
        ("class", MERCHANT.code),
    ):
        result = call(played, *arguments, "--lang", language)
        assert result.exit_code == 0, result.output
    assert "460205.95" in call(played, "show", "SH2", "--lang", language).stdout
    assert call(played, "show", "SH9").exit_code == 1
    assert "[no-such-enterprise]" in call(played, "class", "NOBODY").output
    assert decide(played, "SH1", "approve").exit_code == 1
    assert decide(played, "SH2", "refuse").exit_code == 1
    assert call(played, "class", MERCHANT.code, "B", "--quota", "-1").exit_code == 1
    assert call(played, "class", "--quota", "5").exit_code == 2


def test_an_officer_decides_on_the_command_line(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    driver = Exchanging(StoryRunner(window, "s"), "")
    orders = driver.sold(1, 2)
    window.close()
    assert answer(tmp_path, "class", MERCHANT.code, "C")["enterprises"][0]["forex_class"] == "C"
    window = window_in(tmp_path)
    again = Exchanging(StoryRunner(window, "s"), "")
    for place, order in enumerate(orders):
        assert again.reports(leg(order), cop_no=f"SH{place}")[-1] == ("300", "21023")
    window.close()
    assert "booked (done)" in decide(tmp_path, "SH0", "approve").output
    assert "rejected (done)" in decide(tmp_path, "SH1", "refuse", "--reason", "交易背景不实").output
    assert decide(tmp_path, "SH0", "approve").exit_code == 1
    shown = answer(tmp_path, "class", MERCHANT.code, "B", "--quota", "500000.50")
    assert shown["enterprises"][0]["quota"] == "500000.50"
    assert [(year["year"], year["count"]) for year in shown["years"]] == [(2026, 1)]


def test_the_directory_is_imported_whole_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    codes = [merchant.code for merchant in WORLD.merchants[:3]]
    text = "code,class,registered,quota\n{},A,2020-01-01,0\n{},B,2024-06-01,500000.00\n{},C,2024-06-01,0\n"
    done = masterdata.import_csv(window, "main", "forex_enterprises", text.format(*codes))
    assert (done.new, done.changed, done.unchanged) == (3, 0, 0)
    assert masterdata.import_csv(window, "main", "forex_enterprises", text.format(*codes)).unchanged == 3
    with reading(window.engine) as connection:
        assert forex.enterprise(connection, "main", codes[1]) == ListedEnterprise(
            codes[1], "B", True, "2024-06-01", "the text", scaled_from_text("500000.00")
        )
        assert len(forex.enterprises(connection, "main")) == 3
    window.close()


@each("day", ["0001-01-01", "1969-12-31", "2100-01-01", "9999-12-31", "2026-02-30", "x"])
def test_a_day_that_has_no_law_is_refused(client: FlaskClient, day: str) -> None:
    for path in (f"forex/rates?day={day}", f"parameters/forex.fixing?on={day}"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 400 and answer.get_json()["findings"][0]["code"] == "wrong-parameter", path


def test_the_rates_of_a_day_are_reported_with_the_day_that_fixes_them_and_what_is_missing(played: Path) -> None:
    result = answer(played, "rates", "--day", "2026-03-05")
    assert (result["fixed_on"], result["provisional"]) == ("2026-02-25", False)
    assert [rate["rate"] for rate in result["rates"] if rate["currency"] == "USD" and rate["code"] == "502"] == [
        "7.1795"
    ]
    missing = answer(played, "rates", "--day", "2009-12-31")["rates"]
    assert {rate["rate"] for rate in missing} == {""} and len(missing) >= 8
    assert "2026-10-21" in call(played, "rates").stdout
