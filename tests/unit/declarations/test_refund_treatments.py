"""Exports are treated as tests/specifications/refund/treatments.toml says, and every condition is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from clean_trade import file_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import parameters
from declarations.calendar import months_after
from declarations.parameters import NoValue
from declarations.refund import lanes, rates
from declarations.refund.conditions import Condition, ConditionOutcome, failed_conditions
from declarations.refund.rates import NoRefundRate
from declarations.refund.treatment import Export, Exporter, ExportPapers, Treatment, decide_treatment
from schemas.receipt_texts import words
from tests.tables import each

LAW = parameters.load()
RATES = rates.load_rates()
CASES = file_cases("refund/treatments")
CLEAN: Mapping[str, Any] = CASES[0].values[0]["clean"]
ITEM = "422720260000000123003"


def claimed(exported: date) -> date:
    return months_after(exported.replace(day=15), 2)


def treated(facts: Mapping[str, Any], law: parameters.Parameters = LAW) -> Treatment:
    exported = date.fromisoformat(facts["exported"])
    export = Export(
        ITEM if facts["declared"] else "",
        facts["mode"],
        exported,
        facts["hs10"],
        facts["counted"],
        facts["recorded"],
        facts["office"],
    )
    exporter = Exporter(
        facts["registered"], facts["platform"], facts["general_taxpayer"], facts["refund_kind"], facts["zone"]
    )
    papers = ExportPapers(facts["invoices"], facts["voucher"], facts["exchange"], facts["false_documents"])
    day = date.fromisoformat(facts["claimed"]) if "claimed" in facts else claimed(exported)
    return decide_treatment(export, exporter, papers, day, RATES, law)


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


@each("case", CASES)
def test_an_export_is_treated_as_the_table_says(case: dict[str, Any]) -> None:
    facts = {**CLEAN, **case.get("set", {}), **dict.fromkeys(case.get("unknown", ()))}
    for day, expected in case.get("days", {}).items():
        if expected == "none":
            with pytest.raises((NoValue, NoRefundRate), match=day):
                treated({**facts, "exported": day})
        else:
            assert treated({**facts, "exported": day}).kind == expected, day
    treatment = treated(facts)
    assert treatment.kind == case.get("kind", treatment.kind)
    assert treatment.final == case.get("final", True)
    if "kind" in case:
        assert rules(treatment.conditions, ConditionOutcome.FAILED) == set(case.get("failed", ()))
        assert rules(treatment.conditions, ConditionOutcome.PENDING) == set(case.get("pending", ()))
    wanted = [condition.reason for condition in failed_conditions(treatment.conditions)]
    assert list(treatment.reasons[: len(wanted)]) == wanted
    if "reasons" in case:
        assert [reason.rule for reason in treatment.reasons[len(wanted) :]] == case["reasons"]
    assert rules(treatment.conditions, ConditionOutcome.NOT_CHECKED) == set(case.get("not_checked", ()))
    assert set(case.get("not_applicable", ())) <= rules(treatment.conditions, ConditionOutcome.NOT_APPLICABLE)


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
        {lanes.REFUND.timeliness_code} if not treatment.final else set()
    )
    of_refund = shut & lanes.REFUND.codes
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
    (condition,) = [tested for tested in treatment.conditions if tested.rule == lanes.EXCHANGE_COLLECTED]
    assert (condition.outcome, condition.values["until"]) == (ConditionOutcome.PENDING, until)
