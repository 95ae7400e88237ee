"""The four documents of a trade are compared as the tables of known_answers/matching say."""

from __future__ import annotations

from known import known

from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each


@each("row", known("matching"))
def test_the_four_documents_give_the_reasons_of_the_table(row: KnownRow) -> None:
    assert mistakes("matching", row) == []
