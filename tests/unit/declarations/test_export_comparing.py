"""An export list against order, waybill and collection: the table export/comparing.toml asks for every reason."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from known import file_cases

from declarations import parameters
from declarations.export.comparing import compare
from declarations.money import amount_text
from tests.law.clean_documents import document

LAW = parameters.load()
DAY = date(2026, 6, 1)


def _reasons(case):
    collection = document("collection", case["collection"]) if "collection" in case else None
    order = document("export_order", case.get("order"), case.get("order_lines"))
    inventory = document("export_inventory", case.get("inventory"), case.get("inventory_lines"))
    return compare(order, document("export_waybill", case.get("waybill")), inventory, collection, DAY, LAW)


def test_every_comparison_is_reported_by_a_case():
    reasons = {rule for parameter in file_cases("export/comparing") for rule in parameter.values[0]["reasons"]}
    assert reasons == {f"171{number:02d}" for number in (*range(1, 17), *range(21, 25))}


amounts = st.integers(1, 10_000_00).map(lambda fen: amount_text(fen * 1000))


@given(st.lists(st.tuples(st.integers(1, 99), amounts), min_size=1, max_size=8), amounts)
def test_what_was_sold_as_listed_always_matches(lines, freight):
    given_lines = [
        {"gnum": number, "item_no": f"S{number}", "qty": str(quantity), "unit": "011", "total_price": total}
        for number, (quantity, total) in enumerate(lines, 1)
    ]
    value = amount_text(
        sum(document("export_order", None, given_lines).lines[place].total_price for place in range(len(lines)))
    )
    assert (
        _reasons(
            {
                "order": {"goods_value": value, "freight": freight},
                "order_lines": given_lines,
                "inventory_lines": given_lines[::-1],
                "collection": {"charge": value},
            }
        )
        == []
    )
