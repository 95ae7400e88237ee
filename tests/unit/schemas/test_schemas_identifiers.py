"""Identifiers are valid only with the right format and check digit."""

from __future__ import annotations

from composing import table
from hypothesis import given
from hypothesis import strategies as st

from schemas import identifiers
from tests.tables import each

CASES = table("identifiers.toml")
KINDS = [kind for kind in CASES if kind != "check_digits"]
JUDGED = [
    (kind, text, valid)
    for kind in KINDS
    for valid, texts in ((True, CASES[kind]["valid"]), (False, CASES[kind]["invalid"]))
    for text in texts
]
COMPUTED = [(kind, text, digit) for kind, pairs in CASES["check_digits"].items() for text, digit in pairs]


@each(("kind", "text", "valid"), JUDGED)
def test_an_identifier_is_valid_or_not(kind: str, text: str, valid: bool) -> None:
    assert getattr(identifiers, f"is_valid_{kind}")(text) is valid


@each(("kind", "text", "digit"), COMPUTED)
def test_a_check_digit_is_computed(kind: str, text: str, digit: str) -> None:
    assert getattr(identifiers, f"{kind}_check_digit")(text) == digit


@given(st.sampled_from(KINDS), st.text(max_size=20))
def test_any_text_is_judged_without_a_crash(kind: str, text: str) -> None:
    assert getattr(identifiers, f"is_valid_{kind}")(text) in {True, False}


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_spoils_a_resident_id(place: int, by: int) -> None:
    right = "370202199003074514"
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert not identifiers.is_valid_resident_id(wrong)
