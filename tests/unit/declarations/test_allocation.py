"""Freight and insurance over the lines of a list (rules 1.2, reading 10)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from declarations.tax.allocation import FEN, allocate

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
