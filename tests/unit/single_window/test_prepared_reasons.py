"""Prepared reasons are stored in Chinese and read in the reader's language."""

from __future__ import annotations

from single_window.frame.pages.prepared_reasons import _by_chinese, _load_reasons, reason_in_words
from tests.tables import each


@each(
    "stored, english",
    [
        ("申报价格不实", "The declared price is not credible"),
        ("单证不齐; no invoice; no order", "Documents are missing; no invoice; no order"),
        ("too cheap; 单证不齐", "too cheap; 单证不齐"),
        ("", ""),
    ],
)
def test_a_prepared_reason_is_translated_and_what_was_typed_stays(stored: str, english: str) -> None:
    assert reason_in_words(stored).text("en") == english
    assert reason_in_words(stored).text("zh") == stored


def test_a_chinese_reason_has_one_translation() -> None:
    reasons = {reason for acts in _load_reasons().values() for each_act in acts.values() for reason in each_act}
    assert len(reasons) == len(_by_chinese())
