"""Requests are judged against their list as the tables of known_answers/requests say."""

from __future__ import annotations

from known import known

from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each


@each("row", known("requests"))
def test_a_request_is_answered_as_the_table_says(row: KnownRow) -> None:
    assert mistakes("requests", row) == []
