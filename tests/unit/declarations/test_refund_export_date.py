"""Which day of its month counts as the export date of a summary declaration."""

from __future__ import annotations

from datetime import date

from known import asked

from declarations.refund.export_date import METHODS
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each


@each("row", asked("export_date"))
def test_it_is_the_last_day_of_the_month(row: KnownRow) -> None:
    assert mistakes("questions", row) == []


def test_another_method_may_be_named() -> None:
    assert METHODS["first_day"](date(2026, 11, 1)) == date(2026, 11, 1)
