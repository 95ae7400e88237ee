"""Reports of laboratories: what a value beside its limit means, and until when a report may be contradicted."""

from __future__ import annotations

from datetime import datetime

from declarations.calendar import DAY, end_of_term, instant_of_stamp, last_start_of_ended_term, stamp17
from declarations.parameters import load
from declarations.spot_checks.judgement import ReportedItem, own_verdict, retest_until
from tests.tables import each


@each(
    ("limit", "value", "verdict"),
    [
        ("≤0.2", "0.2", "P"),
        ("<0.2", "0.2", "F"),
        ("<0.2", "0.19999", "P"),
        ("＜ 0.2", "0.2", "F"),
        ("<=0.2", "0.2", "P"),
        ("≦0.2", "0.2", "P"),
        ("0.2", "0.2", "P"),
        ("≥5", "5", "P"),
        (">5", "5", "F"),
        ("＞5", "5.1", "P"),
        (">=5", "4.9", "F"),
        ("≧5", "4.9", "F"),
        ("⩽0.1", "0.2", "F"),
        ("=<0.1", "0.1", "P"),
        ("≯0.1", "0.2", "F"),
        ("≮5", "4", "F"),
        ("≤0.1", "０．２", "F"),
        ("≤0.2", "未检出", "P"),
        ("≥5", "未检出", "F"),
        ("3.0-7.5", "9", "F"),
        ("3.0-7.5", "3", "P"),
        ("3.0～7.5", "2.9", "F"),
        ("3.0–7.5", "7.5", "P"),
        ("7.5-3.0", "5", ""),
        ("不得检出", "0", "P"),
        ("不得检出", "0.1", "F"),
        ("不得检出/25g", "未检出", "P"),
        ("不得检出", "检出", ""),
        ("not detected", "ND (<0.01)", "P"),
        ("≤0.2", "<0.05", "P"),
        ("≤0.01", "<0.05", ""),
        ("<0.05", "<0.05", "P"),
        ("≥5", "<5", "F"),
        ("≤5", ">5", "F"),
        ("≤0.2mg/kg", "0.3 mg/kg", "F"),
        ("≤0.2 g", "0.1", ""),
        ("≤10⁴", "104", ""),
        ("<NaN", "1", ""),
        ("", "1", ""),
        ("\n≤1\n", "2", "F"),
    ],
)
def test_a_value_is_compared_by_the_sign_of_its_limit(limit: str, value: str, verdict: str) -> None:
    assert own_verdict(ReportedItem("铅", "GB 2762-2022", limit, value, "mg/kg", "")) == verdict


@each("received", ["20261101000000", "20261101100000", "20261101235959"])
def test_a_retest_may_be_applied_for_until_the_end_of_the_fifteenth_day(received: str) -> None:
    until, value = retest_until(instant_of_stamp(received) or 0, load())
    assert (stamp17(until), value.name) == ("20261116235959999", "spot_checks.retest_days")


def test_a_term_has_ended_where_its_last_day_is_over() -> None:
    noon = int(datetime.fromisoformat("2026-11-20T12:00:00+08:00").timestamp() * 1_000)
    for start in (noon, noon + 11 * 3_600_000, noon - 12 * 3_600_000):
        end = end_of_term(start, 30)
        assert last_start_of_ended_term(end, 30) < start <= last_start_of_ended_term(end + 1, 30)
        assert end - start < 31 * DAY
