"""Requests are judged against their list as the tables of tests/specifications/requests say."""

from __future__ import annotations

from typing import Any

from clean_trade import cases, document

from declarations.requests import RequestedList, reasons_against_cancellation, reasons_against_return
from schemas.receipt_texts import words
from tests.tables import each

JUDGES = {"cancellation": reasons_against_cancellation, "refund": reasons_against_return}


@each("case", cases("requests"))
def test_a_request_is_answered_as_the_table_says(case: dict[str, Any]) -> None:
    listed = RequestedList(case["list"], document("inventory")) if "list" in case else None
    reasons = JUDGES[case["kind"]](document(case["kind"], case.get("change"), case.get("lines")), listed)
    assert [reason.rule for reason in reasons] == case["reasons"]
    message = [words(reason.rule, reason.values) for reason in reasons]
    assert message[:1] == [case["words"]] if "words" in case else len(message) == len(case["reasons"])
