"""Wilson's interval of any share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.intervals import wilson


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
