"""The four documents of a trade are compared as the tables of tests/specifications/matching say."""

from __future__ import annotations

from typing import Any

from clean_trade import cases, document

from declarations.matching import check_identity_numbers, compare
from schemas.receipt_texts import words
from tests.tables import each


def _trade(case: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    return tuple(
        document(kind, case.get(kind), case.get(f"{kind}_lines"))
        for kind in ("order", "payment", "waybill", "inventory")
    )  # type: ignore[return-value]


@each("case", cases("matching"))
def test_the_four_documents_give_the_reasons_of_the_table(case: dict[str, Any]) -> None:
    order, payment, waybill, inventory = _trade(case)
    reasons = compare(order, payment, waybill, inventory)
    assert [reason.rule for reason in reasons] == case["reasons"]
    if "words" in case:
        assert words(reasons[0].rule, reasons[0].values) == case["words"]
    # every reason has its words, in both languages
    assert all(words(reason.rule, reason.values, language) for reason in reasons for language in ("zh", "en"))


@each("case", [case for case in cases("matching") if "identity" in case.values[0]])
def test_the_buyers_number_is_checked_by_its_digit(case: dict[str, Any]) -> None:
    order, payment, _, inventory = _trade(case)
    reasons = check_identity_numbers(order, payment, inventory)
    assert [reason.rule for reason in reasons] == case["identity"]
    if "words_of_identity" in case:
        assert words(reasons[0].rule, reasons[0].values) == case["words_of_identity"]
