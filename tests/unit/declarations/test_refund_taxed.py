"""Domestic sales and deemed income are taxed as tests/specifications/refund/taxed.toml says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from clean_trade import file_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import parameters
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue
from declarations.refund.domestic_sale import calculate_output_vat
from declarations.refund.income_tax import calculate_deemed_tax, is_small
from schemas.receipt_texts import words
from tests.tables import each

LAW = parameters.load()
CASES = file_cases("refund/taxed")
DAY = date(2026, 6, 1)


@each("case", [case for case in CASES if "fob" in case.values[0]])
def test_an_export_taxed_as_a_domestic_sale_owes_what_the_table_says(case: dict[str, Any]) -> None:
    given_ = scaled_from_text(case["fob"]), scaled_from_text(case.get("bonded", "0")), Decimal(case["levy"])
    if case["output_vat"] == "refused":
        with pytest.raises(ValueError, match="negative"):
            calculate_output_vat(*given_)
    else:
        assert amount_text(calculate_output_vat(*given_)) == case["output_vat"]


@each("case", [case for case in CASES if "revenue" in case.values[0]])
def test_a_firm_owes_the_income_tax_that_the_table_says(case: dict[str, Any]) -> None:
    arguments = scaled_from_text(case["revenue"]), case["small"], date.fromisoformat(case["day"]), LAW
    if case["tax"] == "refused":
        with pytest.raises(ValueError, match="negative"):
            calculate_deemed_tax(*arguments)
    elif "." in case["tax"] and not case["tax"][0].isdigit():
        with pytest.raises(NoValue, match=case["tax"]):
            calculate_deemed_tax(*arguments)
    else:
        deemed_tax = calculate_deemed_tax(*arguments)
        assert amount_text(deemed_tax.tax) == case["tax"]
        assert amount_text(deemed_tax.taxable) == case.get("taxable", amount_text(deemed_tax.taxable))
        text = words(deemed_tax.working[0].rule, deemed_tax.working[0].values, "en")
        assert case["tax"] in text and "4%" in text and "{" not in text


@each(
    ("taxable", "staff", "assets", "small"),
    [
        ("3000000.00", 300, "50000000.00", True),
        ("3000000.01", 300, "50000000.00", False),
        ("3000000.00", 301, "50000000.00", False),
        ("3000000.00", 300, "50000000.01", False),
        ("0", 0, "0", True),
    ],
)
def test_a_small_firm_keeps_within_all_three_limits(taxable: str, staff: int, assets: str, small: bool) -> None:
    assert is_small(scaled_from_text(taxable), staff, scaled_from_text(assets), DAY, LAW) is small


@settings(max_examples=200)
@given(st.integers(0, 10**18), st.integers(0, 10**18), st.sampled_from(["0", "0.03", "0.09", "0.13", "0.17"]))
def test_output_tax_is_in_whole_fen_and_never_more_than_the_goods(fob: int, bonded: int, levy: str) -> None:
    result = calculate_output_vat(fob, bonded, Decimal(levy))
    base = max(0, fob - bonded)
    assert result % 1000 == 0 and 0 <= result <= base + 500
    # tax and the value without it make the FOB again, but for the rounding
    assert abs(result - Decimal(base) * Decimal(levy) / (1 + Decimal(levy))) <= 500
