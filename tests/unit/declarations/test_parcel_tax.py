"""The words of a parcel tax."""

from __future__ import annotations

from datetime import date

from declarations import parameters
from declarations.money import scaled_from_text
from declarations.tax.explanation import explain_parcel
from declarations.tax.parcel_tax import ParcelItem, assess_parcel

LAW = parameters.load()
DAY = date(2026, 6, 1)


def test_the_words_name_price_rate_and_exemption():
    assessment = assess_parcel([ParcelItem("书", 1, scaled_from_text("100.00"))], DAY, LAW)
    texts = explain_parcel(assessment, "zh")
    assert texts[:2] == ["书：100.00 × 13% = 13.00 元。", "税额合计 13.00 元，不超过 50.00 元，免征。"]
    assert any("税委会〔2019〕17号" in text for text in texts)
    over = assess_parcel([ParcelItem("a", 1, scaled_from_text("900.00"))] * 2, DAY, LAW)
    assert any("1800.00 yuan exceeds the limit of 1000.00" in text for text in explain_parcel(over, "en"))


def test_pieces_of_one_item_are_rounded_together():
    assessment = assess_parcel([ParcelItem("书", 1, scaled_from_text("50.02"), quantity=2)], DAY, LAW)
    assert (assessment.value, assessment.computed) == (scaled_from_text("100.04"), scaled_from_text("13.01"))
