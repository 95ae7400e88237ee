"""Freight and insurance over the lines of a list (rules 1.2, reading 10)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from declarations.tax.allocation import FEN, allocate
from tests.tables import each

CASES = [
    ("I4 freight", 30_00, [398_00, 129_90, 85_55], (), [19_46, 6_35, 4_19]),
    ("I4 insurance", 5_00, [398_00, 129_90, 85_55], (), [3_24, 1_06, 70]),
    ("one line takes all", 7_77, [1], (), [7_77]),
    ("nothing to share", 0, [5, 5], (), [0, 0]),
    ("halves round up, the last takes what is left", 1, [1, 1], (), [1, 0]),
    ("a negative remainder is taken from the line before", 2, [1, 1, 1, 1], (), [1, 1, 0, 0]),
    ("no value: by quantity", 10_00, [0, 0], [3, 1], [7_50, 2_50]),
    ("no value and no quantity: equal parts", 10_01, [0, 0], [0, 0], [5_01, 5_00]),
]


@each(("total", "weights", "fallback", "shares"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_shares(total, weights, fallback, shares):
    assert allocate(total * FEN, weights, fallback) == [share * FEN for share in shares]


weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=99)


@given(st.integers(0, 10**7), weights)
def test_shares_add_up_and_none_is_negative(total, weights):
    shares = allocate(total * FEN, weights)
    assert sum(shares) == total * FEN
    assert min(shares) >= 0 and all(share % FEN == 0 for share in shares)


@given(st.integers(0, 10**7), weights)
def test_no_line_but_the_last_is_more_than_half_a_fen_above_its_part(total, weights):
    whole = sum(weights)
    for share, weight in zip(allocate(total * FEN, weights)[:-1], weights, strict=False):
        if whole:
            assert 2 * (share // FEN) * whole <= 2 * total * weight + whole
