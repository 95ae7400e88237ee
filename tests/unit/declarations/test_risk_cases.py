"""Inspection is drawn as rules 5.2 say: recomputed here independently, with the rates of the day."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from math import sqrt
from typing import Any

from known import cases, known

from declarations.parameters import load
from declarations.risk import draw_number, fails_quality_check, grade_on, inspection_rate_of, is_drawn_for_inspection
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each

SEED = "spring"
LISTS = [(f"3702960A{number % 7}X", f"DD{number:012d}") for number in range(10_000)]
RATED = [case for case in cases("risk") if "rate" in case.values[0]]


def _by_the_book(purpose: str, ebc_code: str, order_no: str, share: Decimal) -> bool:
    """The formula of rules 5.2, written out once more."""
    digest = hashlib.sha256(f"{SEED}|{purpose}|{ebc_code}|{order_no}".encode()).hexdigest()
    return int(digest[:8], 16) % 10000 < share * 10000


@each("row", known("inspection rates"))
def test_the_rate_is_that_of_grade_and_day(row: KnownRow) -> None:
    assert mistakes("inspection rates", row) == []


@each(
    ("grade", "day", "counts_as"),
    [
        ("certified", date(2021, 10, 31), "certified"),
        ("certified", date(2021, 11, 1), "ordinary"),
        ("general_certified", date(2026, 3, 31), "ordinary"),
        ("certified", date(2026, 4, 1), "certified"),
        ("severely_dishonest", date(2026, 3, 31), "dishonest"),
        ("severely_dishonest", date(2026, 4, 1), "severely_dishonest"),
        ("advanced", date(2022, 6, 1), "advanced"),
        ("", date(2022, 6, 1), "ordinary"),
    ],
)
def test_a_grade_that_the_day_lacks_counts_as_the_nearest(grade: str, day: date, counts_as: str) -> None:
    assert grade_on(day, grade, load()) == counts_as
    assert inspection_rate_of(grade_on(day, grade, load()), day, load())


@each("case", RATED)
def test_ten_thousand_lists_give_the_share_of_the_grade(case: dict[str, Any]) -> None:
    share = inspection_rate_of(case["grade"], case["day"], load())
    hits = [is_drawn_for_inspection(SEED, ebc_code, order_no, share) for ebc_code, order_no in LISTS]
    assert hits == [_by_the_book("inspection", ebc_code, order_no, share) for ebc_code, order_no in LISTS]
    # four standard deviations of the binomial distribution
    tolerance = 4 * sqrt(10_000 * float(share) * (1 - float(share)))
    assert abs(sum(hits) - case["of_ten_thousand"]) <= tolerance


def test_the_quality_draw_is_another_one() -> None:
    half = Decimal("0.5")
    drawn = [fails_quality_check(SEED, ebc_code, order_no, half) for ebc_code, order_no in LISTS]
    assert drawn == [_by_the_book("quality", ebc_code, order_no, half) for ebc_code, order_no in LISTS]
    assert drawn != [is_drawn_for_inspection(SEED, ebc_code, order_no, half) for ebc_code, order_no in LISTS]


def test_a_draw_depends_on_seed_purpose_and_key_and_is_even() -> None:
    assert (
        len(
            {
                draw_number("a", "p", "k"),
                draw_number("b", "p", "k"),
                draw_number("a", "q", "k"),
                draw_number("a", "p", "l"),
            }
        )
        == 4
    )
    drawn = [draw_number(SEED, "officer", str(number)) for number in range(10_000)]
    assert 0 <= min(drawn) < 50 and 9950 < max(drawn) <= 9999
    assert abs(sum(drawn) / len(drawn) - 4999.5) < 4 * 2887 / 100


def test_nobody_is_selected_at_zero_and_everybody_at_one() -> None:
    assert not any(is_drawn_for_inspection(SEED, *key, Decimal(0)) for key in LISTS)
    assert all(is_drawn_for_inspection(SEED, *key, Decimal(1)) for key in LISTS)


def test_a_rate_is_known_today() -> None:
    assert inspection_rate_of("ordinary", date(2026, 11, 1), load()) == Decimal("0.02")
