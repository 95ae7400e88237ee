"""Parcel tax and tax of retail import side by side: what the cases of tests/law/tables/comparison do not say."""

from __future__ import annotations

from typing import Any

from known import cases

from declarations import parameters
from declarations.money import scaled_from_text
from declarations.tax.comparison import Article, compare_taxes
from tests.law.imported import goods_by_name as codes
from tests.law.imported import register

LAW = parameters.load()


def test_a_band_that_the_code_gave_names_its_source_and_one_that_was_named_does_not() -> None:
    by_code = compare_taxes([Article("9619001000", scaled_from_text("10"))], case_day(), register(), LAW).parcel
    named = compare_taxes([Article("9619001000", scaled_from_text("10"), band=2)], case_day(), register(), LAW).parcel
    assert by_code is not None and by_code.parameter_ids[0] == "parcel.bands@2016-10-01"
    assert named is not None and named.parameter_ids == by_code.parameter_ids[1:]


def case_day() -> Any:
    return cases("comparison")[0].values[0]["day"]


def test_pieces_are_never_taken_for_litres() -> None:
    """Whisky without a content: an officer must ask, and nothing can be compared."""
    whisky = Article(codes()["whisky"].hs10, scaled_from_text("350"), quantity=2)
    comparison = compare_taxes([whisky], case_day(), register(), LAW)
    assert comparison.retail is not None and [reason.rule for reason in comparison.retail.needs_review] == ["14022"]
    assert comparison.lower == ""
