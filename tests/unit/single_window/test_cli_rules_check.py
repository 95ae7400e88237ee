"""`single-window rules check` works out the known answers of the law and names those that come out differently."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from single_window.known_answers import rows
from single_window.known_answers.checking import TABLES, check
from single_window.known_answers.of_questions import QUESTIONS
from single_window.known_answers.wholes import known
from tests.commands import run_command
from tests.mutants import commands
from tests.mutants.planting import faults, planted
from tests.tables import each
from tests.wholes import rows_of

LOADED = "import sys, single_window.known_answers.checking; print('sqlalchemy' in sys.modules, 'flask' in sys.modules)"


def test_every_answer_of_the_program_comes_out_as_known() -> None:
    told = json.loads(run_command("rules", "check", "--json").stdout)
    assert told["ok"] and told["wrong"] == []
    assert told["compared"] > told["rows"] > 5_000


def test_the_line_for_people_says_how_many() -> None:
    said = run_command("rules", "check", "--table", "parcel tax", "--table", "lives").stdout
    assert said.startswith("Every answer came out as known") and "rows" in said


def test_an_unknown_table_is_refused_with_those_that_there_are() -> None:
    said = run_command("rules", "check", "--table", "taxes", code=2).output
    assert "'taxes' is none of" in said and "import tax" in said


@pytest.mark.long
def test_a_fault_in_a_rule_is_named_with_table_and_row(tmp_path: Path) -> None:
    with planted(faults(["all-taxes-doubled"])[0]) as tree:
        named = commands.COMMANDS["rules"](tree, tmp_path)
    assert named.caught and named.status == 1
    assert named.words.startswith("wrong: ") and "known" in named.words


@pytest.mark.long
def test_a_rule_that_breaks_down_is_a_wrong_answer(tmp_path: Path) -> None:
    fault = faults(["all-taxes-doubled"])[0]
    broken = fault._replace(put=fault.find.replace("FEN_INSIDE", "NOTHING_INSIDE"))
    with planted(broken) as tree:
        named = commands.COMMANDS["rules"](tree, tmp_path)
    assert named.caught and "NameError" in named.words


def test_law_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    fault = faults(["all-taxes-doubled"])[0]
    broken = fault._replace(file="declarations/parameters/limits/annual.toml", find="title_en =", put="title_in =")
    with planted(broken) as tree:
        named = commands.COMMANDS["rules"](tree, tmp_path)
    assert named.caught and "limits/annual.toml" in named.words


def test_neither_database_nor_web_server_is_loaded() -> None:
    line = [sys.executable, "-c", LOADED]
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]


def test_progress_hears_of_each_table() -> None:
    heard: list[int] = []
    checked = check(["parcel tax", "lives"], heard.append)
    assert heard == [1, 2] and not checked.wrong and checked.compared >= checked.rows > 0


@each("name", TABLES)
def test_the_whole_answers_of_a_table_are_known(name: str) -> None:
    given = {(row, facts, asked): answer for row, facts, asked, answer in rows_of(name)}
    assert dict(known(name)) == given, "write them anew: python -m tests.wholes"


@pytest.mark.long
def test_a_fault_that_no_case_asks_for_is_named_by_the_whole_answer(tmp_path: Path) -> None:
    with planted(faults(["lane-without-its-hours"])[0]) as tree:
        named = commands.COMMANDS["rules"](tree, tmp_path)
    assert named.caught and "whole lane" in named.words


@each("name", TABLES)
def test_a_table_has_rows(name: str) -> None:
    assert TABLES[name].rows()


def test_every_row_of_every_file_is_worked_out() -> None:
    read = {row.name for table in TABLES.values() for row in table.rows()}
    files = sorted(path.relative_to(rows.TABLES).as_posix() for path in rows.TABLES.glob("*/*.toml"))
    assert [row.name for file in files for row in rows.cases(file) if row.name not in read] == []


def test_every_question_has_a_file_and_every_file_a_question() -> None:
    assert {path.stem for path in (rows.TABLES / "questions").glob("*.csv")} == set(QUESTIONS)
