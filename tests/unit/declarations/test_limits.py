"""Limits, positive list and yearly caps, by the cases of tests/specifications/limits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specifying import cases, inventory, register

from declarations import limits, parameters
from declarations.allowance import Allowance
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue
from declarations.tax.import_tax import assess, dutiable_value_of
from tests.tables import each

LAW = parameters.load()
DAY = date(2026, 6, 1)


@each("case", [case for case in cases("limits") if "steps" not in case.values[0]])
def test_whether_a_list_is_admitted(case):
    if "refused" in case:
        with pytest.raises(NoValue, match=case["refused"]):
            judged(case)
        return
    verdict = judged(case)
    assert [reason.rule for reason in verdict.reasons] == case.get("reasons", [])
    assert verdict.full_tax == case.get("full_tax", False)
    if "parameters" in case:
        assert list(verdict.reasons[0].parameter_ids) == case["parameters"]
    for name, text in case.get("values", {}).items():
        assert verdict.reasons[0].values[name] == text
    if "capped" in case:
        kilograms = {group: scaled_from_text(weight) for group, weight in case["capped"].items()}
        assert limits.capped_weights(inventory(case), register(), case["day"]) == kilograms


def judged(case):
    facts = inventory(case)
    used_caps = {group: scaled_from_text(weight) for group, weight in case.get("used_caps", {}).items()}
    return limits.check(
        facts,
        dutiable_value_of(facts),
        scaled_from_text(case.get("used", "0")),
        case["day"],
        LAW,
        register(),
        used_caps,
    )


@each("case", [case for case in cases("limits") if "steps" in case.values[0]])
def test_a_buyers_year(case):
    ledger = Allowance("11010519491231002X", case["day"].year, used=scaled_from_text(case["used"]))
    for step in case["steps"]:
        if "give_back" in step:
            ledger = ledger.give_back(scaled_from_text(step["give_back"]))
        else:
            facts = inventory(step)
            value = dutiable_value_of(facts)
            verdict = limits.check(facts, value, ledger.taken, case["day"], LAW, register())
            assert [reason.rule for reason in verdict.reasons] == step["reasons"]
            ledger = ledger if verdict.reasons else ledger.reserve(value).use(value)
        assert amount_text(ledger.taken) == step["taken"]


def test_goods_without_caps_count_nothing():
    facts = inventory({"lines": [{"goods": "nappies", "value": "10.00"}, {"gcode": "9999999999", "value": "10.00"}]})
    assert limits.capped_weights(facts, register(), DAY) == {}


def test_the_port_has_its_own_codes_for_both_limits():
    facts = inventory({"lines": [{"goods": "shoes", "value": "30000.00", "quantity": "2"}]})
    verdict = limits.check(facts, dutiable_value_of(facts), 0, DAY, LAW, register())
    assert [limits.PORT_PRE_CHECK[reason.rule] for reason in verdict.reasons] == ["-621018", "-621005"]


fen = st.integers(0, 40_000_00).map(lambda value: f"{value // 100}.{value % 100:02d}")


@given(fen, fen, st.sampled_from(["1", "2"]), st.dates(date(2016, 4, 8), date(2027, 1, 1)))
def test_a_list_is_refused_or_taxed_never_both(value, used, quantity, day):
    facts = inventory({"lines": [{"goods": "shoes", "value": value, "quantity": quantity}]})
    verdict = limits.check(facts, dutiable_value_of(facts), scaled_from_text(used), day, LAW, register())
    assert not (verdict.reasons and verdict.full_tax)
    if not verdict.reasons:
        taxed = assess(facts, day, register(), LAW, full_tax=verdict.full_tax)
        assert taxed.factor == (1_000_000 if verdict.full_tax else 700_000)


@given(fen, fen, fen)
def test_who_used_more_is_not_admitted_more(value, first, second):
    facts = inventory({"lines": [{"goods": "shoes", "value": value}]})
    less, more = (
        limits.check(facts, dutiable_value_of(facts), used, DAY, LAW, register())
        for used in sorted((scaled_from_text(first), scaled_from_text(second)))
    )
    assert len(less.reasons) <= len(more.reasons)
