"""Parcel tax, by the cases of known_answers/parcel."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from known import known

from declarations import parameters
from declarations.money import scaled_from_text
from declarations.tax.explanation import explain_parcel
from declarations.tax.parcel_tax import ParcelItem, assess_parcel
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each

LAW = parameters.load()
DAY = date(2026, 6, 1)


@each("row", known("parcel tax"))
def test_tax_of_a_mailing(row: KnownRow) -> None:
    assert mistakes("parcel tax", row) == []


def test_pieces_of_one_item_are_rounded_together():
    assessment = assess_parcel([ParcelItem("书", 1, scaled_from_text("50.02"), quantity=2)], DAY, LAW)
    assert (assessment.value, assessment.computed) == (scaled_from_text("100.04"), scaled_from_text("13.01"))


def test_the_words_name_price_rate_and_exemption():
    assessment = assess_parcel([ParcelItem("书", 1, scaled_from_text("100.00"))], DAY, LAW)
    texts = explain_parcel(assessment, "zh")
    assert texts[:2] == ["书：100.00 × 13% = 13.00 元。", "税额合计 13.00 元，不超过 50.00 元，免征。"]
    assert any("税委会〔2019〕17号" in text for text in texts)
    over = assess_parcel([ParcelItem("a", 1, scaled_from_text("900.00"))] * 2, DAY, LAW)
    assert any("1800.00 yuan exceeds the limit of 1000.00" in text for text in explain_parcel(over, "en"))


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2_000_00)), min_size=1, max_size=5))
def test_tax_is_all_or_nothing(items):
    assessment = assess_parcel([ParcelItem("物品", band, cents * 1_000) for band, cents in items], DAY, LAW)
    assert assessment.tax == (0 if assessment.computed <= scaled_from_text("50.00") else assessment.computed)
    assert assessment.computed == sum(line.tax for line in assessment.lines)
