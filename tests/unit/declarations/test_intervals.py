"""Wilson's interval of a share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.intervals import wilson


def test_55_of_562_reach_from_7_60_to_12_52_percent() -> None:
    interval = wilson(55, 562)
    assert interval is not None
    assert [round(100 * value, 2) for value in interval] == [9.79, 7.60, 12.52]


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(203, 212, 92.1, 97.8), (61, 64, 87.1, 98.4), (11, 11, 74.1, 100.0), (0, 5, 0.0, 43.4), (5, 18, 12.5, 50.9)],
)
def test_it_is_the_interval_of_other_tables_too(found: int, of: int, low: float, high: float) -> None:
    interval = wilson(found, of)
    assert interval is not None
    assert (round(100 * interval.low, 1), round(100 * interval.high, 1)) == (low, high)


def test_of_no_cases_nothing_is_said_and_more_hits_than_cases_are_refused() -> None:
    assert wilson(0, 0) is None
    for found, of in ((2, 1), (-1, 3)):
        with pytest.raises(ValueError, match="no share"):
            wilson(found, of)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_it_holds_the_share_and_lies_between_0_and_1(counts: tuple[int, int]) -> None:
    interval = wilson(*counts)
    assert interval is not None
    assert 0 <= interval.low <= interval.share <= interval.high <= 1
