"""Parcel tax and tax of retail import side by side, by the cases of tests/specifications/comparison."""

from __future__ import annotations

from typing import Any

from specifying import cases, codes, register

from declarations import parameters
from declarations.money import amount_text, scaled_from_text
from declarations.tax.comparison import Article, Circumstance, compare_taxes
from tests.tables import each

LAW = parameters.load()


def article(given: dict[str, Any]) -> Article:
    known = codes()[given["goods"]]
    catalogue = scaled_from_text(given["catalogue"]) if "catalogue" in given else None
    return Article(
        known.hs10,
        scaled_from_text(given["price"]),
        given.get("quantity", 1),
        known.zh,
        given.get("band", 0),
        catalogue,
        given.get("model", ""),
    )


@each("case", cases("comparison"))
def test_both_taxes_of_a_day(case: dict[str, Any]) -> None:
    how = {name: text if name == "origin" else scaled_from_text(text) for name, text in case.get("how", {}).items()}
    comparison = compare_taxes(
        [article(given) for given in case["articles"]], case["day"], register(), LAW, Circumstance(**how)
    )
    assert comparison.bands == tuple(case.get("bands", ()))
    assert (amount_text(comparison.parcel.tax) if comparison.parcel else None) == case.get("parcel")
    if comparison.parcel is not None:
        assert comparison.parcel.treatment == case.get("treatment", "personal_article")
    if "retail" in case:
        assert comparison.retail is not None and amount_text(comparison.retail.total) == case["retail"]
    assert [reason.rule for reason in comparison.refusals] == case.get("refusals", [])
    assert [lacking.name for lacking in comparison.missing] == case.get("missing", [])
    assert comparison.lower == case["lower"]


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
