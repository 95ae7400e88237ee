"""Exports whose numbers others have, too: one waybill number of two carriers, one order number of two merchants, or of
an import and an export.

`start_story` fails a story in which a gateway takes hold of something late, where the database locks rows.
"""

from __future__ import annotations

from itertools import permutations
from typing import NamedTuple

import pytest

from simulators.imports.stories import intakes
from tests.databases import ON_BOTH
from tests.stories.batching import OFFICE, Batching
from tests.stories.exporting import Sale, note, statuses
from tests.stories.story import KINDS, WORLD, outcome
from tests.stories.test_export_lives import RELEASED, TAKEN, lists

pytestmark = ON_BOTH
DRIVER = Batching


def carried_alike(first, number=2):
    """A sale whose parcel another carrier calls by the number of a first one's."""
    carrier = WORLD.carriers[1]
    other = {"logisticsNo": first.waybill, "logisticsCode": carrier.code, "logisticsName": carrier.name}
    return Sale(number, changes={"export_waybill": other, "export_inventory": other})


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_each_of_two_lists_whose_carriers_share_a_number_waits_for_its_own_waybill(start_story, order):
    story, sale = start_story(), Sale()
    sales = (sale, carried_alike(sale))
    for entry in sales:
        story.submit(entry.message("export_order"), entry.message("export_inventory"))
    entry, other = (sales[place] for place in order)
    story.submit(entry.message("export_waybill"))
    assert (story.state(entry), story.state(other)) == ("awaiting_arrival", "declared")
    story.submit(other.message("export_waybill"))
    story.submit(note("arrival_note", [sale]))
    assert [story.state(sold) for sold in sales] == ["released", "awaiting_arrival"]


def test_a_list_is_accepted_beside_one_of_another_carrier_with_its_number(start_story):
    story, sale = start_story(), Sale(2)
    beside = carried_alike(sale, 1)
    story.submit(*beside.messages())
    story.submit(*sale.messages())
    assert lists(story, beside) == lists(story, sale) == TAKEN


def test_two_merchants_lists_of_one_order_number_wait_each_for_its_own_waybill(start_story):
    story, sale, merchant = start_story(), Sale(), WORLD.merchants[1]
    seller = {"ebcCode": merchant.code, "ebcName": merchant.name}
    owner = {"ownerCode": merchant.code, "ownerName": merchant.name}
    story.submit(sale.message("export_order"), sale.message("export_inventory"))
    story.submit(
        sale.message("export_order", **seller),
        sale.message("export_inventory", logisticsNo="AW2", copNo="QX2", **seller, **owner),
    )
    story.submit(sale.message("export_waybill", logisticsNo="AW2"))
    assert lists(story, sale) == [("2", "2"), *TAKEN]
    story.submit(sale.message("export_waybill"))
    assert lists(story, sale) == [("2", "2"), *TAKEN, TAKEN[1]]


def ordered_alike(trade, **changes):
    """A sale of the number and the merchant of an import."""
    head, merchant = trade.document("inventory").head, {}
    for name in ("ebcCode", "ebcName"):
        merchant[name] = head[name]
    owner = {"ownerCode": head["ebcCode"], "ownerName": head["ebcName"]}
    return Sale(
        changes={
            "export_order": {"orderNo": trade.id, **merchant},
            "export_inventory": {"orderNo": trade.id, **merchant, **owner, **changes},
        }
    )


def test_an_import_and_an_export_of_one_order_number_are_apart(story):
    trade = story.trade()
    sale = ordered_alike(trade)
    story.submit(*sale.messages(), *[story.message(trade, kind) for kind in KINDS])
    story.submit(note("arrival_note", [sale]))
    assert statuses(story, trade.id, "export_inventory") == RELEASED
    assert outcome(story.receipts(trade)) == [("2", "2.inventory"), *RELEASED[1:]]


@pytest.mark.parametrize("known", [True, False], ids=["filed before", "filed after"])
def test_a_batch_takes_the_list_of_its_own_direction(driver, known):
    (trade,) = driver.trades(1)
    sale = ordered_alike(trade, customsCode=OFFICE, portCode=OFFICE)
    imports, exports = driver.open(), driver.open("E")
    listed = driver.story.message(trade, "inventory", customsCode=OFFICE, portCode=OFFICE)
    first = [listed, *sale.messages()] if known else []
    driver.story.submit(*first)
    for number in (imports, exports):
        assert [reason.values["done"] for reason in driver.add(number, [trade])[0].reasons] == ["1"]
    driver.story.submit(
        *([] if known else [listed, *sale.messages()]), *[driver.story.message(trade, kind) for kind in KINDS[:3]]
    )
    driver.story.submit(note("arrival_note", [sale]))
    assert [driver.places(number) for number in (imports, exports)] == [{trade.id: "waiting"}] * 2


@pytest.mark.parametrize("first", ["list", "note"])
def test_an_export_has_not_arrived_because_an_import_of_its_parcels_number_has(start_story, first):
    story = start_story(await_arrival=True)
    trade = story.trade()
    story.submit(*[story.message(trade, kind) for kind in KINDS], *[intake.body for intake in intakes(WORLD, [trade])])
    head = trade.document("inventory").head
    alike = {name: head[name] for name in ("logisticsNo", "logisticsCode", "logisticsName")}
    sale = Sale(changes={"export_waybill": alike, "export_inventory": alike})
    reported = note(
        "arrival_note",
        [_Called(head["logisticsNo"])],
        logisticsCode=head["logisticsCode"],
        logisticsName=head["logisticsName"],
    )
    if first == "list":
        story.submit(*sale.messages())
        assert story.state(sale) == "awaiting_arrival"
        story.submit(reported)
    else:
        story.submit(reported)
        story.submit(*sale.messages())
    assert lists(story, sale) == RELEASED


class _Called(NamedTuple):
    waybill: str
