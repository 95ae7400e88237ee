"""Bonded lists draw on their account book as the table of known_answers/account_book says."""

from __future__ import annotations

from known import known

from declarations.account_book import quantities_to_return
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each


@each("row", known("account books"))
def test_a_list_draws_all_its_lines_or_none(row: KnownRow) -> None:
    assert mistakes("account books", row) == []


@each(
    ("drawn", "returned", "back"),
    [
        ({1: 20_000, 2: 70_000}, {1: 20_000, 2: 70_000}, {1: 20_000, 2: 70_000}),
        ({1: 20_000, 2: 70_000}, {1: 15_000}, {1: 15_000}),
        ({1: 20_000}, {1: 20_001}, {1: 20_000}),
        ({1: 20_000}, {1: 0, 3: 5_000}, {}),
    ],
)
def test_what_a_list_has_drawn_comes_back_by_line_and_never_more(
    drawn: dict[int, int], returned: dict[int, int], back: dict[int, int]
) -> None:
    assert quantities_to_return(drawn, returned) == back
