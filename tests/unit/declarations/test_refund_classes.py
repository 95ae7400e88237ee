"""The class of any firm: every condition is on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known import file_cases

from declarations import parameters
from declarations.money import scaled_from_text
from declarations.parameters import NoValue
from declarations.refund.classes import (
    RatedCompany,
    classify,
    review_days_of,
)
from declarations.refund.conditions import ConditionOutcome
from schemas.receipt_texts import words

LAW = parameters.load()
CASES = file_cases("refund/classes")
CLEAN = CASES[0].values[0]["clean"]
DAY = date(2026, 6, 1)


def firm_of(facts: Mapping[str, Any]) -> RatedCompany:
    return RatedCompany(
        **{
            **facts,
            "net_assets": scaled_from_text(facts["net_assets"]),
            "last_refund": scaled_from_text(facts["last_refund"]),
        }
    )


FIRMS = st.builds(
    RatedCompany,
    st.sampled_from(["A", "B", "M", "C", "D", "", "Z"]),
    st.sampled_from(["A", "B", "C", ""]),
    st.sampled_from(["ordinary", "certified", "advanced", "dishonest", "severely_dishonest", ""]),
    st.booleans(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.integers(0, 10**18),
    st.booleans(),
    st.integers(-1, 40),
    st.booleans(),
)


@settings(max_examples=200)
@given(FIRMS)
def test_every_condition_is_on_record_with_its_value_and_words(firm: RatedCompany) -> None:
    classification = classify(firm, DAY, LAW)
    assert classification.number in (1, 2, 3, 4)
    assert len({condition.rule for condition in classification.conditions}) == len(classification.conditions) == 12
    assert (classification.number == 1) == all(
        condition.outcome is ConditionOutcome.SATISFIED for condition in classification.conditions
    )
    for condition in classification.conditions:
        assert condition.parameter_ids and "{" not in words(condition.rule, condition.values, "en") + words(
            condition.rule, condition.values, "zh"
        )


def test_there_are_no_classes_before_there_were_any() -> None:
    firm = firm_of(CLEAN)
    assert classify(firm, date(2015, 3, 1), LAW).number == 1
    with pytest.raises(NoValue, match=r"refund\.classes\.tests on 2015-02-28"):
        classify(firm, date(2015, 2, 28), LAW)
    with pytest.raises(NoValue, match=r"refund\.review_days on 2015-02-28"):
        review_days_of(1, date(2015, 2, 28), LAW)
