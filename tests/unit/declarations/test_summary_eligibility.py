"""Which lists may be summarised: tests/specifications/summary/eligibility.toml."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from clean_trade import cases

from declarations.parameters import load
from declarations.summary import eligibility
from declarations.summary.deadline import due_day_of
from declarations.summary.eligibility import SummaryCandidate, check, check_lateness
from schemas.receipt_texts import text, words
from tests.tables import each

CASES = [case for case in cases("summary") if "reasons" in case.values[0]]


@each("case", CASES)
def test_a_list_may_be_summarised_as_the_table_says(case: dict[str, Any]) -> None:
    state = case.get("state", "closed")
    closed = case.get("closed", date(2026, 11, 20)) if state == "closed" else None
    candidate = SummaryCandidate(
        "42272026E000000001",
        case.get("merchant", "C"),
        state,
        case.get("mode", "9610"),
        case.get("flag", "B"),
        closed,
        case.get("returned", False),
        case.get("sum_no", ""),
    )
    reasons = check(candidate, "C", load())
    assert [reason.rule for reason in reasons] == case["reasons"]
    assert all(words(reason.rule, reason.values, language) for reason in reasons for language in ("zh", "en"))


def test_a_late_request_is_remarked_upon_from_the_day_after() -> None:
    due = due_day_of(date(2026, 11, 20), load())
    assert check_lateness(due.day, due) == ()
    (reason,) = check_lateness(due.day + timedelta(days=1), due)
    assert (reason.rule, reason.parameter_ids) == ("18008", ("summary.deadline@2019-01-01",))
    assert "2026-12-15" in words(reason.rule, reason.values) and "2026-11" in words(reason.rule, reason.values)


def test_every_code_of_summaries_has_words() -> None:
    codes = [value for name, value in vars(eligibility).items() if name.isupper() and value != eligibility.CLOSED]
    assert len(codes) == len(set(codes)) == 10
    assert all(text(code).en for code in codes)
