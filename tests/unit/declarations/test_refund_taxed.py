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
from declarations.money import plain, scale
from declarations.parameters import NoValue
from declarations.refund.domestic_sale import output_vat
from declarations.refund.income_tax import deemed, is_small
from schemas.receipt_texts import words
from tests.tables import each

LAW = parameters.load()
CASES = file_cases("refund/taxed")
DAY = date(2026, 6, 1)


@each("case", [case for case in CASES if "fob" in case.values[0]])
def test_an_export_taxed_as_a_domestic_sale_owes_what_the_table_says(case: dict[str, Any]) -> None:
    given_ = scale(case["fob"]), scale(case.get("bonded", "0")), Decimal(case["levy"])
    if case["output_vat"] == "refused":
        with pytest.raises(ValueError, match="negative"):
            output_vat(*given_)
    else:
        assert plain(output_vat(*given_)) == case["output_vat"]


@each("case", [case for case in CASES if "revenue" in case.values[0]])
def test_a_firm_owes_the_income_tax_that_the_table_says(case: dict[str, Any]) -> None:
    arguments = scale(case["revenue"]), case["small"], date.fromisoformat(case["day"]), LAW
    if case["tax"] == "refused":
        with pytest.raises(ValueError, match="negative"):
            deemed(*arguments)
    elif "." in case["tax"] and not case["tax"][0].isdigit():
        with pytest.raises(NoValue, match=case["tax"]):
            deemed(*arguments)
    else:
        deemed_tax = deemed(*arguments)
        assert plain(deemed_tax.tax) == case["tax"]
        assert plain(deemed_tax.taxable) == case.get("taxable", plain(deemed_tax.taxable))
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
    assert is_small(scale(taxable), staff, scale(assets), DAY, LAW) is small


@settings(max_examples=200)
@given(st.integers(0, 10**18), st.integers(0, 10**18), st.sampled_from(["0", "0.03", "0.09", "0.13", "0.17"]))
def test_output_tax_is_in_whole_fen_and_never_more_than_the_goods(fob: int, bonded: int, levy: str) -> None:
    result = output_vat(fob, bonded, Decimal(levy))
    base = max(0, fob - bonded)
    assert result % 1000 == 0 and 0 <= result <= base + 500
    # tax and the value without it make the FOB again, but for the rounding
    assert abs(result - Decimal(base) * Decimal(levy) / (1 + Decimal(levy))) <= 500
