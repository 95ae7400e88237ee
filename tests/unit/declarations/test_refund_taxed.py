"""The output tax of any domestic sale."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from declarations.refund.domestic_sale import calculate_output_vat


@settings(max_examples=200)
@given(st.integers(0, 10**18), st.integers(0, 10**18), st.sampled_from(["0", "0.03", "0.09", "0.13", "0.17"]))
def test_output_tax_is_in_whole_fen_and_never_more_than_the_goods(fob: int, bonded: int, levy: str) -> None:
    result = calculate_output_vat(fob, bonded, Decimal(levy))
    base = max(0, fob - bonded)
    assert result % 1000 == 0 and 0 <= result <= base + 500
    # tax and the value without it make the FOB again, but for the rounding
    assert abs(result - Decimal(base) * Decimal(levy) / (1 + Decimal(levy))) <= 500
