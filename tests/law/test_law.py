"""The law answers as it is known to, in every row of every table."""

from __future__ import annotations

import pytest

from tests.law import rows
from tests.law.checking import TABLES, mistakes
from tests.law.of_questions import QUESTIONS
from tests.law.wholes import known
from tests.wholes import rows_of


@pytest.mark.parametrize("name", TABLES)
def test_every_answer_of_a_table_comes_out_as_known(name: str) -> None:
    assert [wrong for row in TABLES[name].rows() for wrong in mistakes(name, row)] == []


@pytest.mark.parametrize("name", TABLES)
def test_the_whole_answers_of_a_table_are_known(name: str) -> None:
    given = {(row, facts, asked): answer for row, facts, asked, answer in rows_of(name)}
    assert dict(known(name)) == given, "write them anew: python -m tests.wholes"


def test_every_row_of_every_file_is_worked_out() -> None:
    read = {row.name for table in TABLES.values() for row in table.rows()}
    files = sorted(path.relative_to(rows.TABLES).as_posix() for path in rows.TABLES.glob("*/*.toml"))
    assert [row.name for file in files for row in rows.cases(file) if row.name not in read] == []


def test_every_question_has_a_file_and_every_file_a_question() -> None:
    assert {path.stem for path in (rows.TABLES / "questions").glob("*.csv")} == set(QUESTIONS)
