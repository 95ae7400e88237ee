"""What an agency refuses names all its reasons, each with its code; a receipt of one reason is that reason."""

from __future__ import annotations

from declarations.reasons import Reason
from gateways.replies import combine_reasons
from schemas.receipt_texts import MAX_RETURN_INFO_LENGTH, words

QTY = Reason("20209", {"line": "1", "link": "1", "found": "-1"})
PLATFORM = Reason("20002", {})


def text_of(*reasons: Reason, language: str = "zh") -> str:
    reason = combine_reasons(reasons)
    return words(reason.rule, reason.values, language)


def test_a_single_reason_stays_what_it_is() -> None:
    assert combine_reasons([QTY]) is QTY and text_of(QTY).startswith("[Code:20209;Desc:")


def test_several_reasons_stand_side_by_side_in_either_language() -> None:
    for language in ("zh", "en"):
        first, second = text_of(QTY, PLATFORM, language=language).split(";[Code:")
        assert "[Code:20209;Desc:" in first and second.startswith("20002;Desc:")


def test_what_has_no_status_of_its_own_is_coded_all_the_same() -> None:
    assert "[Code:20002;Desc:" in text_of(PLATFORM)


def test_more_than_a_receipt_holds_is_cut() -> None:
    assert len(text_of(*[QTY] * 100)) == MAX_RETURN_INFO_LENGTH
