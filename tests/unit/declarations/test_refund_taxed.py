"""Domestic sales and deemed income are taxed as known_answers/refund/taxed.toml says."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from known import asked, known

from declarations.refund.domestic_sale import calculate_output_vat
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each


@each("row", known("output VAT"))
def test_an_export_taxed_as_a_domestic_sale_owes_what_the_table_says(row: KnownRow) -> None:
    assert mistakes("output VAT", row) == []


@each("row", known("deemed income tax"))
def test_a_firm_owes_the_income_tax_that_the_table_says(row: KnownRow) -> None:
    assert mistakes("deemed income tax", row) == []


@each("row", asked("small_firm"))
def test_a_small_firm_keeps_within_all_three_limits(row: KnownRow) -> None:
    assert mistakes("questions", row) == []


@settings(max_examples=200)
@given(st.integers(0, 10**18), st.integers(0, 10**18), st.sampled_from(["0", "0.03", "0.09", "0.13", "0.17"]))
def test_output_tax_is_in_whole_fen_and_never_more_than_the_goods(fob: int, bonded: int, levy: str) -> None:
    result = calculate_output_vat(fob, bonded, Decimal(levy))
    base = max(0, fob - bonded)
    assert result % 1000 == 0 and 0 <= result <= base + 500
    # tax and the value without it make the FOB again, but for the rounding
    assert abs(result - Decimal(base) * Decimal(levy) / (1 + Decimal(levy))) <= 500
