"""Exports are claimed in the time that tests/specifications/refund/deadlines.toml says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from clean_trade import file_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import parameters
from declarations.parameters import NoValue
from declarations.refund.deadlines import claim_windows_of, index_due_day, retention_end, timeliness_of
from schemas.receipt_texts import words
from tests.tables import each

LAW = parameters.load()
HANDS = ((True, True), (False, False), (False, True))
EXPORTS = st.dates(date(2013, 1, 1), date(2040, 12, 31))


@each("case", file_cases("refund/deadlines"))
def test_an_export_has_the_days_that_the_table_says(case: dict[str, Any]) -> None:
    exported = date.fromisoformat(case["exported"])
    if name := case["windows"].get("refused"):
        with pytest.raises(NoValue, match=name):
            claim_windows_of(exported, LAW)
        return
    periods = claim_windows_of(exported, LAW)
    assert {name: str(getattr(periods, name)) for name in case["windows"]} == case["windows"]
    for day, expected in case["claims"].items():
        # the first verdict is that of a claim with everything in hand but nothing for an exemption
        verdicts = [
            timeliness_of(exported, date.fromisoformat(day), *hands, LAW).verdict
            for hands in ((True, False), (False, False), (False, True))
        ]
        assert verdicts == expected, day


@settings(max_examples=200)
@given(EXPORTS, st.integers(0, 2000), st.sampled_from(HANDS))
def test_every_verdict_is_reported_in_words_with_its_days_and_values(
    exported: date, later: int, hands: tuple[bool, bool]
) -> None:
    result = timeliness_of(exported, exported + timedelta(later), *hands, LAW)
    (reason,) = result.reasons
    for language in ("zh", "en"):
        assert "{" not in words(reason.rule, reason.values, language)
    assert all(LAW.value(parameter) for parameter in result.parameter_ids) and result.parameter_ids


@settings(max_examples=200)
@given(EXPORTS)
def test_the_days_of_an_export_follow_each_other(exported: date) -> None:
    periods = claim_windows_of(exported, LAW)
    assert exported < periods.opens <= periods.normal_until == periods.exchange_until
    assert periods.cut_off is None or periods.normal_until < periods.cut_off
    assert (periods.cut_off is None) == (periods.regime != "cut_off") == (periods.deferred_until is None)


@settings(max_examples=200)
@given(EXPORTS, st.integers(0, 4000), st.integers(0, 400))
def test_what_is_taxed_once_in_36_months_stays_taxed(exported: date, first: int, more: int) -> None:
    days = claim_windows_of(exported, LAW)
    if days.cut_off is None:
        return
    verdicts = [
        timeliness_of(exported, exported + timedelta(after), True, True, LAW).verdict for after in (first, first + more)
    ]
    order = ["too_early", "in_time", "late_allowed", "taxed"]
    assert order.index(verdicts[0]) <= order.index(verdicts[1])


def test_the_index_of_filing_documents_is_due_on_the_fifteenth_day() -> None:
    assert index_due_day(date(2026, 7, 10), LAW) == date(2026, 7, 25)
    assert index_due_day(date(2022, 5, 1), LAW) == date(2022, 5, 16)
    with pytest.raises(NoValue, match=r"refund\.index_days on 2021-12-31"):
        index_due_day(date(2021, 12, 31), LAW)


@each(
    ("exported", "until"),
    [
        ("2025-12-31", "2030-12-31"),
        ("2026-01-01", "2036-01-01"),
        ("2024-02-29", "2029-02-28"),
        ("2014-01-01", "2019-01-01"),
    ],
)
def test_documents_are_kept_five_years_and_ten_from_2026(exported: str, until: str) -> None:
    assert retention_end(date.fromisoformat(exported), LAW) == date.fromisoformat(until)
