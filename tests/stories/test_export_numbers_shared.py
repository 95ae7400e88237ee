"""Exports whose numbers other exports have, too: one waybill number of two carriers, one order number of two merchants.

`tell` fails a story in which a gateway takes hold of something late, where the database locks rows.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.databases import ENGINES
from tests.stories.exporting import Sale, note
from tests.stories.telling import WORLD
from tests.stories.test_export_lives import TAKEN, lists


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


def carried_alike(first, number=2):
    """A sale whose parcel another carrier calls by the number of a first one's."""
    carrier = WORLD.carriers[1]
    other = {"logisticsNo": first.waybill, "logisticsCode": carrier.code, "logisticsName": carrier.name}
    return Sale(number, changes={"export_waybill": other, "export_inventory": other})


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_each_of_two_lists_whose_carriers_share_a_number_waits_for_its_own_waybill(tell, order):
    story, sale = tell(), Sale()
    sales = (sale, carried_alike(sale))
    for one in sales:
        story.say(one.message("export_order"), one.message("export_inventory"))
    one, other = (sales[place] for place in order)
    story.say(one.message("export_waybill"))
    assert (story.state(one), story.state(other)) == ("awaiting_arrival", "declared")
    story.say(other.message("export_waybill"))
    story.say(note("arrival_note", [sale]))
    assert [story.state(one) for one in sales] == ["released", "awaiting_arrival"]


def test_a_list_is_accepted_beside_one_of_another_carrier_with_its_number(tell):
    story, sale = tell(), Sale(2)
    beside = carried_alike(sale, 1)
    story.say(*beside.messages())
    story.say(*sale.messages())
    assert lists(story, beside) == lists(story, sale) == TAKEN


def test_two_merchants_lists_of_one_order_number_wait_each_for_its_own_waybill(tell):
    story, sale, merchant = tell(), Sale(), WORLD.merchants[1]
    seller = {"ebcCode": merchant.code, "ebcName": merchant.name}
    owner = {"ownerCode": merchant.code, "ownerName": merchant.name}
    story.say(sale.message("export_order"), sale.message("export_inventory"))
    story.say(sale.message("export_order", **seller),
              sale.message("export_inventory", logisticsNo="AW2", copNo="QX2", **seller, **owner))
    story.say(sale.message("export_waybill", logisticsNo="AW2"))
    assert lists(story, sale) == [("2", "2"), *TAKEN]
    story.say(sale.message("export_waybill"))
    assert lists(story, sale) == [("2", "2"), *TAKEN, TAKEN[1]]
