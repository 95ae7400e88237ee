"""The days of any export: verdicts in words, days in order."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import parameters
from declarations.refund.deadlines import claim_windows_of, timeliness_of
from schemas.receipt_texts import words

LAW = parameters.load()
HANDS = ((True, True), (False, False), (False, True))
EXPORTS = st.dates(date(2013, 1, 1), date(2040, 12, 31))


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
