"""The composite import tax of any list: it grows with prices and adds up; how it travels."""

from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters
from declarations.tax.assessment import Assessment
from declarations.tax.import_tax import assess, dutiable_value_of
from tests.law.imported import goods_by_name as codes
from tests.law.imported import inventory, register

LAW = parameters.load()
DAY = date(2026, 6, 1)


def test_an_assessment_travels():
    assessment = assess(inventory({"lines": [{"goods": "cream", "value": "9.00"}]}), DAY, register(), LAW)
    assert assessment.needs_review
    assert pickle.loads(pickle.dumps(assessment)) == assessment
    assert msgspec.json.decode(msgspec.json.encode(assessment), type=Assessment) == assessment


def test_an_unknown_rounding_policy_names_the_nearest():
    with pytest.raises(LookupError, match="did you mean P"):
        assess(inventory({"lines": [{"goods": "wine", "value": "9.00"}]}), DAY, register(), LAW, "P3")


fen = st.integers(0, 10_000_00).map(lambda value: f"{value // 100}.{value % 100:02d}")
kinds = st.sampled_from(sorted(codes()))


@given(kinds, fen, fen, st.sampled_from(["P1", "P2"]), st.dates(date(2022, 3, 1), date(2027, 1, 1)))
def test_tax_grows_with_the_price(goods, first, second, policy, day):
    lower, higher = sorted((first, second), key=Decimal)
    taxes = [
        assess(
            inventory({"lines": [{"goods": goods, "value": value, "model": "10g", "quantity": "2"}]}),
            day,
            register(),
            LAW,
            policy,
        ).total
        for value in (lower, higher)
    ]
    assert taxes[0] <= taxes[1]


@given(kinds, fen)
def test_the_two_policies_differ_by_two_fen_a_line_at_most(goods, value):
    facts = inventory({"lines": [{"goods": goods, "value": value, "model": "10g"}]})
    once, twice = (assess(facts, DAY, register(), LAW, policy).total for policy in ("P1", "P2"))
    assert abs(once - twice) <= 2_000


@given(st.lists(st.tuples(kinds, fen), min_size=1, max_size=8), fen, fen)
def test_totals_are_sums_of_whole_fen(lines, freight, insurance):
    case = {
        "freight": freight,
        "insurance": insurance,
        "lines": [{"goods": goods, "value": value, "model": "10g"} for goods, value in lines],
    }
    assessment = assess(inventory(case), DAY, register(), LAW)
    for name in ("value", "duty", "consumption", "vat"):
        parts = [getattr(line, name) for line in assessment.lines]
        assert sum(parts) == getattr(assessment, name) and all(part % 1_000 == 0 and part >= 0 for part in parts)
    assert assessment.total == assessment.duty + assessment.consumption + assessment.vat
    assert assessment.value == dutiable_value_of(inventory(case))


def test_the_verdict_of_the_limits_decides_when_it_is_given():
    """Until 2018 a list inside the single limit pays in full when the year is used up."""
    facts = inventory({"lines": [{"goods": "shoes", "value": "1000.00"}]})
    assert assess(facts, date(2018, 12, 31), register(), LAW, full_tax=True).duty == 10_000_000
    assert assess(facts, date(2018, 12, 31), register(), LAW).duty == 0
