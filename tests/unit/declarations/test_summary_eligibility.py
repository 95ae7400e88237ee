"""Late requests to summarise are remarked upon; every code of summaries has words."""

from __future__ import annotations

from datetime import date, timedelta

from declarations.parameters import load
from declarations.summary import eligibility
from declarations.summary.deadline import due_day_of
from declarations.summary.eligibility import check_lateness
from schemas.receipt_texts import text, words


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
