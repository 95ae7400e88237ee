"""A test of a table goes through all of it, and reports every row that is wrong."""

from __future__ import annotations

import pytest

from tests import tables
from tests.tables import each


@pytest.fixture(autouse=True)
def all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "chosen", [])


def test_every_row_that_is_wrong_is_reported_by_its_name() -> None:
    @each(("number", "even"), [(1, True), (2, True), (3, True)], ids=["one", "two", "three"])
    def parity(number: int, even: bool) -> None:
        assert (number % 2 == 0) is even

    with pytest.raises(ExceptionGroup, match="2 wrong of 3 rows") as caught:
        parity()
    assert [exception.__notes__ for exception in caught.value.exceptions] == [["row: one"], ["row: three"]]


def test_tables_upon_each_other_are_multiplied() -> None:
    seen = []

    @each("letter", "ab")
    @each("number", [1, 2])
    def both(letter: str, number: int) -> None:
        seen.append((letter, number))

    both()
    assert seen == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


def test_rows_are_chosen_by_a_part_of_their_names() -> None:
    tables.chosen[:] = ["wo"]
    seen = []
    each("number", [1, 2], ids=["one", "two"])(lambda number: seen.append(number))()
    assert seen == [2]


def test_a_row_that_is_skipped_skips_the_test_and_hides_no_row_that_is_wrong() -> None:
    @each("number", [0, 1])
    def divides(number: int) -> None:
        if number == 0:
            pytest.skip("nobody divides by it")
        assert number != bad

    bad = 2
    with pytest.raises(pytest.skip.Exception, match="nobody divides"):
        divides()
    bad = 1
    with pytest.raises(ExceptionGroup, match="1 wrong of 2 rows"):
        divides()


def test_a_row_that_is_marked_is_no_row_of_a_table() -> None:
    with pytest.raises(AssertionError, match="must be a test of its own"):
        each("number", [pytest.param(1, marks=pytest.mark.long)])(lambda number: None)


def test_a_long_text_is_in_the_name_of_its_row_with_its_beginning_alone() -> None:
    @each("text", ["x" * 1_000_000])
    def short(text: str) -> None: ...

    ((name, values),) = short.rows  # type: ignore[attr-defined]
    assert len(name) < tables.MOST_NAMED + 3 and len(values[0]) == 1_000_000
