"""Exports are treated as the law of their day names causes, and every condition is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from known import file_cases

from declarations import parameters
from declarations.refund import treatment_conditions
from declarations.refund.conditions import Condition, ConditionOutcome
from schemas.receipt_texts import words
from tests.law.of_refunds import treated
from tests.tables import each

LAW = parameters.load()
CASES = file_cases("refund/treatments")
CLEAN: Mapping[str, Any] = CASES[0].values[0]["clean"]


def rules(conditions: tuple[Condition, ...], outcome: ConditionOutcome) -> set[str]:
    return {condition.rule for condition in conditions if condition.outcome is outcome}


def law_without(cause: str) -> parameters.Parameters:
    """The law if domestic sales had one cause less."""
    known = LAW.parameter("refund.domestic_sale")
    values = [
        replace(value, content={"causes": [name for name in value.table["causes"] if name != cause]})
        for value in known.values
    ]
    return LAW.with_parameters([replace(known, values=tuple(values))])


@each(
    ("cause", "code", "change"),
    [
        ("cancelled", "20060", {"hs10": "7604299000", "exported": "2026-03-02"}),
        ("false_documents", "20061", {"false_documents": True}),
        ("no_document", "20063", {"voucher": False, "invoices": False, "zone": ""}),
    ],
)
def test_an_export_is_taxed_for_the_causes_that_the_law_of_its_day_names(
    cause: str, code: str, change: dict[str, Any]
) -> None:
    facts = {**CLEAN, **change}
    reasons = {reason.rule: reason.parameter_ids for reason in treated(facts).reasons}
    since = "2026-01-01" if facts["exported"] >= "2026" else "0001-01-01"
    assert reasons[code] == (f"refund.domestic_sale@{since}",)
    assert code not in {reason.rule for reason in treated(facts, law_without(cause)).reasons}


FACTS = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["9610", "1210", "9710", "9810", "0110", ""]),
        "hs10": st.sampled_from(["6109100010", "8507600090", "7604299000"]),
        "exported": st.dates(date(2020, 7, 1), date(2028, 12, 31)).map(date.isoformat),
        "claimed": st.dates(date(2020, 7, 1), date(2033, 12, 31)).map(date.isoformat),
        "invoices": st.sampled_from(["matching", "missing", "mismatch"]),
        "exchange": st.sampled_from(["collected", "due", "missing", "other_currency"]),
        "refund_kind": st.sampled_from(["T", "M", "S", ""]),
        "zone": st.sampled_from(["", "青岛", "火星", "西安"]),
        "office": st.sampled_from(["", "4227", "9001"]),
        **{name: st.booleans() for name in ("declared", "counted")},
        **{
            name: st.sampled_from([True, False, None])
            for name in ("recorded", "registered", "platform", "general_taxpayer", "voucher", "false_documents")
        },
    }
)


@settings(max_examples=300)
@given(FACTS)
def test_every_condition_is_on_record_once_and_has_words(facts: dict[str, Any]) -> None:
    treatment = treated(facts)
    codes = [condition.rule for condition in treatment.conditions]
    assert len(codes) == len(set(codes))
    assert all(
        condition.parameter_ids for condition in treatment.conditions if condition.outcome is ConditionOutcome.SATISFIED
    )
    for reason in (*(condition.reason for condition in treatment.conditions), *treatment.reasons):
        for language in ("zh", "en"):
            assert "{" not in words(reason.rule, reason.values, language)
    assert all(LAW.value(name) for name in treatment.parameter_ids if "/" not in name)


@settings(max_examples=300)
@given(FACTS)
def test_the_lane_that_was_found_has_no_open_condition(facts: dict[str, Any]) -> None:
    treatment = treated(facts)
    shut = rules(treatment.conditions, ConditionOutcome.FAILED) - (
        {treatment_conditions.REFUND.timeliness_code} if not treatment.final else set()
    )
    of_refund = shut & treatment_conditions.REFUND.codes
    assert (treatment.kind == "refund") == (not of_refund)
    if facts["false_documents"] or facts["platform"] or treatment.timeliness.verdict == "taxed":
        assert treatment.kind == "domestic_sale"
    if facts["counted"] or not facts["declared"]:
        assert treatment.kind != "refund"
    if not facts["declared"] and not (facts["counted"] and facts["mode"] == "9610"):
        assert treatment.kind != "exemption"
    assert bool(shut) or treatment.kind == "refund"


def test_the_sources_come_with_the_values() -> None:
    treatment = treated({**CLEAN, "invoices": "missing", "voucher": False})
    assert treatment.kind == "no_invoice"
    assert "财税〔2018〕103号" in LAW.value("refund.no_invoice@2026-01-01").source
    assert "refund.no_invoice@2026-01-01" in treatment.parameter_ids
    assert "refund.rates/6109100010@2019-04-01" in treatment.parameter_ids


@each(("claimed_on", "until"), [("2027-04-30", "2027-04-30"), ("2027-05-01", "2029-06-20")])
def test_exchange_that_is_due_says_until_when(claimed_on: str, until: str) -> None:
    treatment = treated({**CLEAN, "exchange": "due", "claimed": claimed_on})
    (condition,) = [tested for tested in treatment.conditions if tested.rule == treatment_conditions.EXCHANGE_COLLECTED]
    assert (condition.outcome, condition.values["until"]) == (ConditionOutcome.PENDING, until)
