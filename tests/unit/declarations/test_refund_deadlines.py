"""Exports are claimed in the time that known_answers/refund/deadlines.toml says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known import asked, known

from declarations import parameters
from declarations.parameters import NoValue
from declarations.refund.deadlines import claim_windows_of, index_due_day, timeliness_of
from schemas.receipt_texts import words
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each

LAW = parameters.load()
HANDS = ((True, True), (False, False), (False, True))
EXPORTS = st.dates(date(2013, 1, 1), date(2040, 12, 31))


@each("row", known("refund deadlines"))
def test_an_export_has_the_days_that_the_table_says(row: KnownRow) -> None:
    assert mistakes("refund deadlines", row) == []


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


@each("row", asked("records_kept"))
def test_documents_are_kept_five_years_and_ten_from_2026(row: KnownRow) -> None:
    assert mistakes("questions", row) == []
