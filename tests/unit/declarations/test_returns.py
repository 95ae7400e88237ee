"""Returns of any goods: what stays and what goes make the whole."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters, returns
from declarations.money import scaled_from_text
from declarations.tax.import_tax import assess
from tests.law.imported import inventory, register
from tests.tables import each

LAW = parameters.load()
DAY = date(2026, 6, 1)


@each(
    "returned",
    [{1: scaled_from_text("4")}, {2: scaled_from_text("1")}, {1: -1}],
    ids=["too much", "no line", "below zero"],
)
def test_what_was_not_checked_is_refused_loudly(returned):
    facts = inventory({"lines": [{"goods": "nappies", "value": "269.97", "quantity": "3"}]})
    with pytest.raises(ValueError):
        returns.recompute(facts, assess(facts, DAY, register(), LAW), returned)


fen = st.integers(1, 2_000_00).map(lambda value: f"{value // 100}.{value % 100:02d}")
kinds = st.sampled_from(["nappies", "cream", "wine", "whisky", "book", "gold ring"])


@given(st.lists(st.tuples(kinds, fen, st.integers(1, 9)), min_size=1, max_size=4), fen, st.data())
def test_what_stays_and_what_goes_make_the_whole(lines, freight, data):
    """By value to the fen exactly; by tax within one fen a tax and line, for that is how often each is rounded."""
    facts = inventory(
        {
            "freight": freight,
            "lines": [
                {"goods": goods, "value": value, "quantity": str(quantity), "legal": str(quantity), "model": "10g"}
                for goods, value, quantity in lines
            ],
        }
    )
    before = assess(facts, DAY, register(), LAW, full_tax=False)
    part = {line.gnum: data.draw(st.integers(0, line.qty // 100_000)) * 100_000 for line in facts.lines}
    rest = {line.gnum: line.qty - part[line.gnum] for line in facts.lines}
    stays, goes = (returns.recompute(facts, before, gone) for gone in (part, rest))
    assert stays.value_difference + stays.assessment.value == before.value
    # goods, freight and insurance of a line are rounded up in both halves when they fall on half a fen
    assert 0 <= stays.assessment.value + goes.assessment.value - before.value <= 3_000 * len(lines)
    assert abs(stays.assessment.total + goes.assessment.total - before.total) <= 2 * 2_000 * len(lines)
    assert returns.recompute(facts, before, {line.gnum: line.qty for line in facts.lines}).assessment.total == 0


@given(st.integers(1, 9), st.data(), fen, kinds)
def test_the_more_comes_back_the_less_is_taxed(quantity, data, value, goods):
    facts = inventory(
        {"lines": [{"goods": goods, "value": value, "quantity": str(quantity), "legal": "3", "model": "10g"}]}
    )
    before = assess(facts, DAY, register(), LAW)
    less, more = sorted(data.draw(st.tuples(st.integers(0, quantity), st.integers(0, quantity))))
    totals = [returns.recompute(facts, before, {1: gone * 100_000}).assessment.total for gone in (0, less, more)]
    assert totals[0] == before.total and totals[0] >= totals[1] >= totals[2]
