"""Scenario files that cannot be used are refused with file, line, key and the nearest valid one; others are read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from simulators.errors import SimulatorError
from simulators.scenarios.scenario_files import read_scenario

CASES = tomllib.loads((Path(__file__).parents[2] / "specifications" / "scenarios" / "wrong.toml").read_text("utf-8"))[
    "case"
]
BEGINNING = """zh = "茶叶"
en = "Tea"

[trade.tea]
flow = "import"
mode = "9610"
"""
ENDING = '\n[[step]]\nexpect = "list"\nlast = "800"\n'


def written(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_what_is_wrong_is_reported_with_its_place_and_the_nearest_key(case, tmp_path):
    before = f"{case['before']}\n" if "before" in case else ""
    with pytest.raises(SimulatorError) as refused:
        read_scenario(written(tmp_path, f"{before}{BEGINNING}{case['file']}"))
    for sentence in case["says"]:
        assert sentence in str(refused.value)


def test_scenarios_that_begin_with_each_other_are_refused_with_the_circle(tmp_path):
    first = written(tmp_path, 'begins_with = "second"\n' + BEGINNING + ENDING, "first")
    written(tmp_path, 'begins_with = "first"\nzh = "二"\nen = "Two"\n' + ENDING, "second")
    with pytest.raises(SimulatorError, match="in a circle: first → second → first"):
        read_scenario(first)


def test_a_trade_is_named_once_whatever_a_scenario_begins_with(tmp_path):
    written(tmp_path, BEGINNING + ENDING, "before")
    with pytest.raises(SimulatorError, match=r"line 5, trade\.tea: before has a trade of this name already"):
        read_scenario(written(tmp_path, 'begins_with = "before"\n' + BEGINNING + ENDING))


GROUPED = BEGINNING.replace('mode = "9610"', 'mode = "9610"\ncount = 3')
SENT = """
[[step]]
send = "SampleRecord"
of = "tea"
lines = [{ gnum = "{n}", a = "x" }, { of = "tea", gnum = "{n}", a = "{each.list.copNo}" }]
"""


def test_a_group_is_as_many_trades_and_a_line_stands_for_each(tmp_path):
    whole = read_scenario(written(tmp_path, GROUPED + SENT + ENDING.replace("last", 'of = "tea"\nlast')))
    sent, expected = (step.step for step in whole.steps)
    assert list(whole.trades) == ["tea-1", "tea-2", "tea-3"]
    assert sent.of == ("tea-1", "tea-2", "tea-3") and expected.of == "tea-1"
    assert [line["gnum"] for line in sent.lines] == ["1", "2", "3", "4"]
    assert [line["a"] for line in sent.lines] == ["x", *(f"{{tea-{number}.list.copNo}}" for number in (1, 2, 3))]
    assert all("of" not in line for line in sent.lines)


def test_a_line_of_a_trade_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(SimulatorError, match=r"there is no trade 'teas'; did you mean 'tea'\?"):
        read_scenario(written(tmp_path, GROUPED + SENT.replace('{ of = "tea"', '{ of = "teas"') + ENDING))


def test_a_scenario_goes_on_where_another_ends(tmp_path):
    written(tmp_path, BEGINNING + ENDING, "before")
    whole = read_scenario(written(tmp_path, 'begins_with = "before"\nzh = "续"\nen = "On"\n' + ENDING))
    assert [(step.file, step.number, step.line) for step in whole.steps] == [("before.toml", 0, 8), ("mine.toml", 0, 5)]
    assert list(whole.trades) == ["tea"]


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"\xff\xfe", "is not UTF-8"), (b"#" * 300_000, "has more than 262144 bytes")],
    ids=["other letters", "too large"],
)
def test_a_file_that_cannot_be_read_is_refused(data, message, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(data)
    with pytest.raises(SimulatorError, match=message):
        read_scenario(path)
