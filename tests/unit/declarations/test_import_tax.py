"""The composite import tax, by the cases of known_answers/tax."""

from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import known

from declarations import parameters
from declarations.tax.assessment import Assessment
from declarations.tax.import_tax import assess, dutiable_value_of
from single_window.known_answers.checking import mistakes
from single_window.known_answers.imported import goods_by_name as codes
from single_window.known_answers.imported import inventory, register
from single_window.known_answers.rows import KnownRow
from tests.tables import each

LAW = parameters.load()
DAY = date(2026, 6, 1)


@each("row", known("import tax"))
def test_tax_of_a_list(row: KnownRow) -> None:
    assert mistakes("import tax", row) == []


COMPOSITE = {
    (2016, "nappies"): "11.90",
    (2016, "gold ring"): "11.90",
    (2016, "wine"): "21.00",
    (2018, "nappies"): "11.20",
    (2018, "gold ring"): "11.20",
    (2018, "wine"): "20.2222",
    (2026, "nappies"): "9.10",
    (2026, "gold ring"): "9.10",
    (2026, "wine"): "17.8889",
    (2026, "cream"): "23.0588",
    (2018, "cream"): "25.5294",
    (2017, "cream"): "26.3529",
    (2016, "lipstick"): "47.00",
}


@each(("year", "goods"), COMPOSITE)
def test_composite_rate_of_the_table(year, goods):
    """Tax of 2000 yuan is 2000 × the printed composite rate, but for the rounding of the two taxes."""
    case = {"lines": [{"goods": goods, "value": "2000.00", "model": "1g"}]}
    assessment = assess(inventory(case), date(year, 6, 1), register(), LAW)
    assert abs(assessment.total / 100_000 - 20 * float(COMPOSITE[year, goods])) <= 0.011


def test_value_of_the_list_is_the_sum_of_its_lines():
    case = {
        "freight": "30.00",
        "insurance": "5.00",
        "lines": [{"goods": "nappies", "value": "398.00"}, {"goods": "wine", "value": "85.55"}],
    }
    facts = inventory(case)
    assert assess(facts, DAY, register(), LAW).value == dutiable_value_of(facts) == 51_855_000


def test_the_remainder_goes_to_the_highest_line_number_wherever_it_stands():
    lines = [
        {"goods": "nappies", "value": "10.00", "gnum": "3"},
        {"goods": "nappies", "value": "10.00", "gnum": "1"},
        {"goods": "nappies", "value": "10.00", "gnum": "2"},
    ]
    assessment = assess(inventory({"freight": "0.02", "lines": lines}), DAY, register(), LAW)
    assert {line.gnum: line.working.freight for line in assessment.lines} == {1: 1000, 2: 1000, 3: 0}


def test_every_dated_value_used_is_named():
    assessment = assess(inventory({"lines": [{"goods": "beer", "value": "10.00"}]}), DAY, register(), LAW)
    assert assessment.parameter_ids == (
        "limits.single_transaction@2019-01-01",
        "import_tax.duty_factor@2016-04-08",
        "import_tax.factor@2016-04-08",
        "consumption.beer@2006-04-01",
        "exchange.usd@2010-01-01",
        "vat.standard@2026-01-01",
    )


def test_the_verdict_of_the_limits_decides_when_it_is_given():
    """Until 2018 a list inside the single limit pays in full when the year is used up."""
    facts = inventory({"lines": [{"goods": "shoes", "value": "1000.00"}]})
    assert assess(facts, date(2018, 12, 31), register(), LAW, full_tax=True).duty == 10_000_000
    assert assess(facts, date(2018, 12, 31), register(), LAW).duty == 0


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
