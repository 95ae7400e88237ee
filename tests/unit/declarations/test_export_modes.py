"""Which export mode is open where and when, by tests/specifications/export/modes.toml."""

from __future__ import annotations

from datetime import date

from clean_trade import file_cases
from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters
from declarations.export import modes
from schemas.receipt_texts import words
from tests.tables import each

LAW = parameters.load()
days = st.dates(date(2014, 1, 1), date(2030, 1, 1))


@each("case", file_cases("export/modes"))
def test_whether_a_mode_is_open(case):
    reasons = modes.check(case["mode"], case["office"], case["day"], LAW)
    assert [reason.rule for reason in reasons] == case["reasons"]
    if "parameters" in case:
        assert list(reasons[0].parameter_ids) == case["parameters"]
    for reason in reasons:
        assert words(reason.rule, reason.values) != words(reason.rule, reason.values, "en")
    assert modes.find_opening(case["mode"], case["office"], case["day"], LAW).open == (not reasons)


@given(st.sampled_from(modes.MODES), st.from_regex(r"[0-9]{4}", fullmatch=True), days, days)
def test_what_was_opened_is_never_closed_again(mode, office, first, second):
    earlier, later = sorted((first, second))
    if modes.find_opening(mode, office, earlier, LAW).open:
        assert modes.find_opening(mode, office, later, LAW).open
