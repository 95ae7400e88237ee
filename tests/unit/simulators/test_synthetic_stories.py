"""What is sent later in a trade's life is valid and carries the keys of the trade."""

import pytest

from schemas import catalogue
from schemas.reading import open_message, read
from simulators.imports import stories
from simulators.known_faults import known_faults

INVT_NO, PRE_NO = "42272026I000000001", "B20260601000000001"


def documents(message):
    """The heads and lines of a message as mappings of wire names."""
    parsed = read(open_message(message.body))
    assert not parsed.findings, parsed.findings[:1]
    head, line = catalogue.names(message.code)
    return [
        (dict(zip(head, block.head, strict=True)), [dict(zip(line, row, strict=True)) for row in block.lines])
        for block in parsed.blocks
    ]


def test_arrivals_cover_every_parcel_of_a_direct_purchase_once(world, sound):
    notes = stories.intakes(world, sound)
    arrived = [line["logisticsNo"] for note in notes for _, lines in documents(note) for line in lines]
    assert sorted(arrived) == sorted(trade.inventory.head["logisticsNo"] for trade in sound if trade.mode == "9610")
    assert {note.sender for note in notes} == {world.site.dxp_id}
    heads = [head for note in notes for head, _ in documents(note)]
    assert len({head["copNo"] for head in heads}) == len(heads)


def test_stock_is_filed_for_all_bonded_goods_or_those_named(world):
    warehouse = world.warehouses[0]
    ((head, lines),) = documents(stories.stock_filing(world, warehouse, app_time="20260601070000"))
    assert (head["emsNo"], head["areaCode"]) == (warehouse.ems_no, warehouse.company.code)
    assert {line["itemRecordNo"] for line in lines} == {good.record_no for good in world.goods if good.bonded}
    ((_, few),) = documents(
        stories.stock_filing(world, warehouse, app_time="20260601070000", quantity="5", goods=world.goods[:2])
    )
    assert [line["qty"] for line in few] == ["5", "5"]


def test_every_story_that_a_fault_names_can_be_played(sound):
    named = {fault.story for fault in known_faults("import")} - {""}
    assert named | {stories.BY_PARTS} == set(stories.STORIES)
    for tell in stories.STORIES.values():
        documents(tell(sound[0], INVT_NO))


def test_a_story_about_a_document_that_never_came_is_refused(sound):
    with pytest.raises(ValueError, match="has no payment"):
        stories.amended_document(sound[0].with_document("payment", None), "payment", changes={})
