"""The buyer's identity against the register, by the cases of known_answers/identity."""

from __future__ import annotations

from known import known

from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each


@each("row", known("identity"))
def test_name_and_number_decide_who_may_pay(row: KnownRow) -> None:
    assert mistakes("identity", row) == []
