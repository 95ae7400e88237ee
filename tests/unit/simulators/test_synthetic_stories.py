"""What is sent later in a trade's life is valid and carries the keys of the trade."""

import pytest

from schemas import catalogue
from schemas.reading import open_message, read
from simulators.imports import stories
from simulators.known_faults import known_faults
from tests.tables import each

INVT_NO, PRE_NO = "42272026I000000001", "B20260601000000001"
MADE = {
    "cancellation": (lambda trade: stories.cancellation(trade, INVT_NO, pre_no=PRE_NO), "623", "agent"),
    "refund": (lambda trade: stories.refund(trade, INVT_NO), "625", "agent"),
    "partial_refund": (lambda trade: stories.partial_refund(trade, INVT_NO), "625", "agent"),
    "delivery": (stories.delivery, "513", "carrier"),
    "amendment": (
        lambda trade: stories.amended_document(trade, changes={"note": "改"}, invt_no=INVT_NO, pre_no=PRE_NO),
        "621",
        "agent",
    ),
    "order amendment": (
        lambda trade: stories.amended_document(trade, "order", changes={"note": "改"}),
        "311",
        "platform",
    ),
    "deletion": (lambda trade: stories.deletion(trade, "waybill"), "511", "carrier"),
    "staged": (stories.staged_document, "621", "agent"),
    "declared": (stories.declared_document, "621", "agent"),
}


def documents(message):
    """The heads and lines of a message as mappings of wire names."""
    parsed = read(open_message(message.body))
    assert not parsed.findings, parsed.findings[:1]
    head, line = catalogue.names(message.code)
    return [
        (dict(zip(head, block.head, strict=True)), [dict(zip(line, row, strict=True)) for row in block.lines])
        for block in parsed.blocks
    ]


@each("name", MADE)
def test_a_story_s_message_is_valid_and_its_sender_sends_it(name, sound):
    make, code, sender = MADE[name]
    for trade in sound[:20]:
        message = make(trade)
        ((_, _),) = documents(message)
        assert (message.code, message.sender) == (code, getattr(trade.parties, sender).dxp_id)
        assert message.trades == (trade.id,)
        assert make(trade).body == message.body, "made again, it has the same bytes"


def test_a_cancellation_carries_the_keys_of_its_list_and_a_later_time(sound):
    ((head, _),) = documents(stories.cancellation(sound[0], INVT_NO, pre_no=PRE_NO))
    listed = sound[0].inventory.head
    assert (head["invtNo"], head["preNo"], head["appType"]) == (INVT_NO, PRE_NO, "1")
    keys = ("orderNo", "ebcCode", "logisticsNo", "buyerIdNumber", "agentCode")
    assert [head[name] for name in keys] == [listed[name] for name in keys]
    assert head["copNo"] != listed["copNo"] and head["appTime"] > listed["appTime"]


def test_a_whole_return_brings_back_every_line_and_a_partial_one_a_single_unit(sound):
    trade = next(trade for trade in sound if len(trade.inventory.lines) > 1)
    ((_, whole),) = documents(stories.refund(trade, INVT_NO))
    ((_, part),) = documents(stories.partial_refund(trade, INVT_NO))
    listed = trade.inventory.lines
    assert [(line["gnum"], line["qty"]) for line in whole] == [(line["gnum"], line["qty"]) for line in listed]
    assert [(line["gnum"], line["qty"]) for line in part] == [("1", "1")]


def test_staging_comes_before_and_declaring_after_it_with_a_newer_time(sound):
    ((first, _),) = documents(stories.staged_document(sound[0]))
    ((second, _),) = documents(stories.declared_document(sound[0]))
    assert (first["appStatus"], second["appStatus"]) == ("1", "2")
    assert first["appTime"] < second["appTime"]
    assert first["guid"] != second["guid"]


def test_an_amendment_and_a_deletion_have_their_type_numbers_and_newer_times(sound):
    trade = sound[0]
    ((amended, _),) = documents(stories.amended_document(trade, changes={"note": "改"}, invt_no=INVT_NO, pre_no=PRE_NO))
    ((deleted, _),) = documents(stories.deletion(trade, invt_no=INVT_NO))
    assert (amended["appType"], amended["invtNo"], amended["preNo"], amended["note"]) == ("2", INVT_NO, PRE_NO, "改")
    assert (deleted["appType"], deleted["invtNo"]) == ("3", INVT_NO)
    assert trade.inventory.head["appTime"] < amended["appTime"] < deleted["appTime"]


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
