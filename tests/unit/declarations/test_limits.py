"""Limits for any list and any use of the year: what the cases of tests/law/tables/limits do not say."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from declarations import limits, parameters
from declarations.money import scaled_from_text
from declarations.tax.import_tax import assess, dutiable_value_of
from tests.law.imported import inventory, register

LAW = parameters.load()
DAY = date(2026, 6, 1)


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


def test_goods_without_caps_count_nothing():
    facts = inventory({"lines": [{"goods": "nappies", "value": "10.00"}, {"gcode": "9999999999", "value": "10.00"}]})
    assert limits.capped_weights(facts, register(), DAY) == {}
