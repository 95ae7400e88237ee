"""What happens to goods is told as EPCIS events in a sandbox that wants it: in order, valid, with ids that follow from
what they say, taken back by a correction, and without persons and orders."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from declarations.money import scaled_from_text
from schemas.epcis.checking import check
from schemas.epcis.event_ids import event_id
from schemas.epcis.own_events import parcel
from simulators.imports.stories import amended_document, cancellation, refund
from simulators.imports.trade import ImportTrade
from single_window.store.engine import writing
from single_window.store.tables import epcis_event, participant
from single_window.work import event_making
from tests.officers import act
from tests.stories.exporting import Sale
from tests.stories.port import BOX, CARRIER, Port
from tests.stories.recalled import Sold, sold_in
from tests.stories.story import StoryRunner
from tests.stories.tracing import GTIN, answer

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
SELLING = [("OBSERVE", "urn:single-window:bizstep:customs_releasing", "sellable_accessible")]


def events(story: StoryRunner) -> list[dict]:
    event_making.make_all(story.window.engine, story.sandbox)
    chosen = select(epcis_event.c.body).order_by(epcis_event.c.at, epcis_event.c.key)
    return [json.loads(row.body) for row in story.rows(chosen)]


@pytest.fixture
def traced(story: StoryRunner) -> Sold:
    return sold_in(StoryRunner(story.window, "traced", trace_events=True))


def test_a_batch_that_is_sold_and_recalled_is_told_step_by_step(traced: Sold) -> None:
    traced.notice()
    told = [(event["action"], event["bizStep"], event["disposition"]) for event in events(traced.story)]
    assert told.count(("ADD", "commissioning", "active")) == 1
    assert told.count(SELLING[0]) == len(traced.trades)
    assert told[-1] == ("OBSERVE", "holding", "recalled")


def held(event: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = event["childQuantityList" if event["type"] == "AggregationEvent" else "quantityList"]
    return found


def test_a_recall_holds_and_destroys_what_is_left_in_the_book(traced: Sold) -> None:
    traced.notice()
    left = scaled_from_text(traced.batch["qty"]) - traced.quantity
    act(traced.story.window, traced.story.sandbox, "RC1", "book_out_stock", "已销毁", about="recall")
    traced.story.window.settle()
    told = {event["disposition"]: event for event in events(traced.story)}
    assert told["destroyed"]["action"] == "DELETE"
    for disposition in ("recalled", "destroyed"):
        assert [scaled_from_text(str(goods["quantity"])) for goods in held(told[disposition])] == [left]


def test_a_quashed_recall_takes_back_that_its_goods_were_held(traced: Sold) -> None:
    traced.notice()
    act(traced.story.window, traced.story.sandbox, "RC1", "quash_recall", "复检合格", about="recall")
    traced.story.window.settle()
    told = [event for event in events(traced.story) if event["disposition"] == "recalled"]
    assert sorted(map(declared, told)) == ["", "did_not_occur"] and len({event["eventID"] for event in told}) == 1


def test_of_goods_of_no_book_nobody_tells_how_many_are_held(telling: StoryRunner) -> None:
    merchant = telling.trade(mode="1210").parties.merchant
    facts = {"ebcCode": merchant.code, "copNo": "TB1", "goodsKind": "G", "gtin": GTIN, "itemNo": "SKU1", "lot": "L1"}
    facts |= {"origin": "410", "producedDay": "20261001", "expiryDay": "20281001", "qty": "10", "unit": "011"}
    assert answer(telling, merchant, "TraceBatch", facts).return_status == "120"
    notice = {"ebcCode": merchant.code, "recallNo": "RC1", "goodsKind": "G", "gtin": GTIN, "hazard": "小零件脱落"}
    notice |= {"remedy": "R", "startTime": "20261120120000"}
    assert answer(telling, merchant, "RecallNotice", notice).return_status == "120"
    event = events(telling)[-1]
    assert event["disposition"] == "recalled" and held(event) == [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L1"}]
    assert check({"@context": [CONTEXT], **event}) == []


def test_events_name_the_lot_by_gs1_and_hold_the_standard(traced: Sold) -> None:
    lot = f"https://id.gs1.org/01/{GTIN}/10/{traced.batch['lot']}"
    for event in events(traced.story):
        assert [quantity["epcClass"] for quantity in held(event)] == [lot]
        assert check({"@context": [CONTEXT], **event}) == []
        assert event["eventID"] == event_id(event, {"@context": CONTEXT})
        assert event["eventTimeZoneOffset"] == "+08:00"


def test_goods_are_packed_into_their_parcel_when_their_list_is_accepted(traced: Sold) -> None:
    packed = [event for event in events(traced.story) if event["bizStep"] == "packing"]
    waybills = [trade.document("inventory").head for trade in traced.trades]
    parcels = {parcel(head["logisticsCode"], head["logisticsNo"]) for head in waybills}
    assert {event["parentID"] for event in packed} == parcels and len(packed) == len(parcels)


def test_goods_that_come_back_are_told_by_line(traced: Sold) -> None:
    story, trade = traced.story, traced.trades[0]
    story.submit(refund(trade, str(story.column(trade, "invt_no"))).body)
    story.pass_time(hours=25)
    story.decide(str(story.receipts(trade, "refund")[0].fields["copNo"]), "take_back")
    (back,) = [event for event in events(story) if event["disposition"] == "returned"]
    lines = trade.document("inventory").lines
    assert back["bizStep"] == "receiving" and len(held(back)) == len(lines)
    assert held(back)[0]["epcClass"] == f"https://id.gs1.org/01/{GTIN}/10/{traced.batch['lot']}"
    assert check({"@context": [CONTEXT], **back}) == []


def in_review(story: StoryRunner) -> ImportTrade:
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    assert story.state(trade) == "in_review"
    return trade


@pytest.fixture
def telling(story: StoryRunner) -> StoryRunner:
    return StoryRunner(story.window, "told", trace_events=True)


def declared(event: dict[str, Any]) -> str:
    """The reason for which an event is told to be wrong; empty: it is not."""
    return str(event.get("errorDeclaration", {}).get("reason", ""))


def test_a_list_that_is_cancelled_takes_back_what_it_told_of_its_parcel(telling: StoryRunner) -> None:
    trade = in_review(telling)
    [packed] = events(telling)
    telling.submit(cancellation(trade, str(telling.column(trade, "invt_no"))).body)
    assert telling.state(trade) == "cancelled"
    told = sorted(events(telling), key=declared)
    assert told[0] == packed and [declared(event) for event in told] == ["", "did_not_occur"]
    assert {**told[1], "errorDeclaration": None} == {**packed, "errorDeclaration": None}
    assert check({"@context": [CONTEXT], **told[1]}) == []


def test_a_list_that_is_rejected_takes_it_back_too(telling: StoryRunner) -> None:
    trade = in_review(telling)
    telling.decide(trade, "reject")
    assert sorted(map(declared, events(telling))) == ["", "did_not_occur"]


def test_a_list_that_is_amended_tells_anew_and_which_event_is_right(telling: StoryRunner) -> None:
    trade = in_review(telling)
    number, before = str(telling.column(trade, "invt_no")), str(telling.column(trade, "pre_no"))
    [wrong] = events(telling)
    telling.pass_time(hours=1)
    telling.decide(number, "suspend")
    amended = amended_document(trade, changes={"customsCode": "4258"}, invt_no=number, pre_no=before)
    telling.submit(amended.body)
    assert telling.statuses(trade).count("120") == 2
    [correction] = [event for event in events(telling) if declared(event)]
    assert correction["eventID"] == wrong["eventID"] and declared(correction) == "incorrect_data"
    right = correction["errorDeclaration"]["correctiveEventIDs"]
    told = {event["eventID"]: event for event in events(telling) if not declared(event)}
    assert [told[number]["bizStep"] for number in right] == ["packing"] and right != [wrong["eventID"]]


def test_a_list_that_is_amended_without_its_goods_tells_nothing_anew(telling: StoryRunner) -> None:
    trade = in_review(telling)
    number, before = str(telling.column(trade, "invt_no")), str(telling.column(trade, "pre_no"))
    telling.pass_time(hours=1)
    telling.decide(number, "suspend")
    changes = {"assureCode": trade.parties.agent.code}
    telling.submit(amended_document(trade, changes=changes, invt_no=number, pre_no=before).body)
    assert telling.state(trade) == "released"
    assert [event["bizStep"] for event in events(telling)].count("packing") == 1
    assert not any(map(declared, events(telling)))


def test_parcels_are_packed_into_a_container_and_taken_out(start_story: Any) -> None:
    port = Port(start_story(port="events", trace_events=True))
    first, second = (Sale(number) for number in (1, 2))
    assert port.pack([first, second])[0] == "120"
    [packed] = events(port.story)
    assert (packed["type"], packed["parentID"]) == ("AggregationEvent", f"urn:epc:id:bic:{BOX}")
    assert packed["childEPCs"] == [parcel(CARRIER.code, sale.waybill) for sale in (first, second)]
    assert check({"@context": [CONTEXT], **packed}) == []
    assert port.pack([first], again="Z1", function="5")[0] == "120"
    wrong, right = [[event for event in events(port.story) if bool(declared(event)) == is_wrong] for is_wrong in (1, 0)]
    assert [(event["eventID"], declared(event)) for event in wrong] == [(packed["eventID"], "incorrect_data")]
    assert wrong[0]["errorDeclaration"]["correctiveEventIDs"] == [right[-1]["eventID"]]
    assert right[-1]["childEPCs"] == packed["childEPCs"][:1]
    assert port.pack([first], again="Z1", function="1")[0] == "120"
    last = [event for event in events(port.story) if declared(event) == "did_not_occur"]
    assert [event["eventID"] for event in last] == [right[-1]["eventID"]]


def test_no_event_names_a_buyer_or_an_order(traced: Sold) -> None:
    order = traced.trades[0].document("order").head
    told = json.dumps(events(traced.story), ensure_ascii=False)
    kept = [order[name] for name in ("orderNo", "buyerName", "buyerIdNumber", "buyerTelephone")]
    assert all(kept) and [secret for secret in kept if secret in told] == []


def test_a_sandbox_that_does_not_want_them_has_none(story: StoryRunner) -> None:
    sold_in(story).notice()
    assert events(story) == []


def test_events_of_a_company_without_a_mailbox_are_in_no_mailbox_of_others(traced: Sold) -> None:
    merchant = traced.merchant.code
    with writing(traced.story.window.engine) as connection:
        connection.execute(participant.update().where(participant.c.code == merchant).values(dxp_id=""))
    assert traced.notice(recallNo="RC9").return_status == "120"
    owners = traced.story.rows(select(epcis_event.c.mailbox).distinct())
    assert (f"company:{merchant}",) in owners and ("",) not in owners
