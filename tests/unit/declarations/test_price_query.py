"""Price queries of any price: what the cases of tests/law/tables/price_query do not say."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters
from declarations.money import amount_text
from declarations.tax.import_tax import assess
from declarations.tax.price_query import add_price_queries, query_price
from declarations.tax.rates import rates_on
from tests.law.imported import inventory, register

LAW = parameters.load()


def test_a_query_is_added_to_what_the_assessment_leaves_to_an_officer_and_changes_no_tax() -> None:
    facts = inventory({"lines": [{"gcode": "9999999999", "value": "0.00"}], "freight": "10.00"})
    day = date(2026, 6, 1)
    assessed = assess(facts, day, register(), LAW)
    assessment = add_price_queries(assessed, facts, rates_on(day, register(), LAW))
    assert [reason.rule for reason in assessment.needs_review] == ["14023", "14024"]
    assert assessment.total == assessed.total > 0


@given(value=st.integers(0, 500_000), legal=st.integers(1, 10_000))
def test_dearer_goods_are_never_queried_where_cheaper_ones_are_not(value: int, legal: int) -> None:
    def query(fen: int) -> bool:
        case = {"gcode": "9603210000", "value": amount_text(fen * 1_000), "legal": amount_text(legal * 1_000)}
        rates = rates_on(date(2026, 6, 1), register(), LAW)
        return any(query_price(inventory({"lines": [case]}).lines[0], rates))

    assert query(value) or not query(value + 1)
