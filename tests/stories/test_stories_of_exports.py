"""What the stories of exports tell, found by every number that somebody may hold, on each database."""

from __future__ import annotations

from collections import Counter

import pytest

from single_window.cases import acts, stories
from single_window.language.plainly import plainly
from single_window.store.engine import reading
from tests.databases import LATER_ON_POSTGRESQL
from tests.officers import TESTER
from tests.stories.exporting import Sale, cancellation, invt_no, note, refund, tally
from tests.stories.telling import WORLD

pytestmark = LATER_ON_POSTGRESQL


def find(story, number):
    with reading(story.window.engine) as connection:
        return stories.find(connection, story.sandbox, number)


def told(story, sale):
    with reading(story.window.engine) as connection:
        return stories.of_order(connection, story.sandbox, sale.id, flow="E")


def of_note(story, number):
    (match,) = [one for one in find(story, number) if one.what == "note"]
    with reading(story.window.engine) as connection:
        return stories.of_note(connection, story.sandbox, match.id)


def left(story, sale):
    """A sale that has left, with a consolidation, an arrival and a departure that name another parcel, too."""
    other = Sale(2)
    story.say(*sale.messages(), sale.message("collection"), *other.messages())
    story.say(note("consolidation", [other, sale], "ZD1"), note("arrival_note", [sale, other], "YD1"))
    story.say(note("departure_note", [sale], "LJ1"))


@pytest.mark.parametrize(
    ("number", "by"),
    [
        (lambda story, sale: sale.id, "orderNo"),
        (lambda story, sale: sale.waybill, "logisticsNo"),
        (lambda story, sale: "QDE000000001", "copNo"),
        (invt_no, "invtNo"),
        (lambda story, sale: str(story.column(sale, "pre_no")), "preNo"),
    ],
)
def test_a_number_of_an_export_leads_to_its_list(tell, number, by):
    story, sale = tell(), Sale()
    story.say(*sale.messages())
    found = find(story, number(story, sale))
    assert [(one.what, one.by, one.order_no, one.kind, one.flow) for one in found] == [
        ("declaration", by, sale.id, "export_inventory", "E")
    ]


def test_a_master_waybill_leads_to_its_lists_and_a_notes_number_to_the_note(tell):
    story, sale = tell(), Sale()
    left(story, sale)
    assert {(one.what, one.order_no, one.by) for one in find(story, "NGB1")} == {
        ("declaration", sale.id, "billNo"),
        ("declaration", Sale(2).id, "billNo"),
    }
    for number, kind in (("ZD1", "consolidation"), ("YD1", "arrival_note"), ("LJ1", "departure_note")):
        assert [(one.what, one.kind, one.state, one.by) for one in find(story, number)] == [
            ("note", kind, "accepted", "copNo")
        ]


def test_the_story_of_an_export_has_all_its_papers_and_only_its_own_parcels(tell):
    story, sale = tell(), Sale()
    left(story, sale)
    one = told(story, sale)
    assert sorted(paper.kind for paper in one.documents) == [
        "arrival_note",
        "collection",
        "consolidation",
        "departure_note",
        "export_inventory",
        "export_order",
        "export_waybill",
    ]
    assert {paper.last_status for paper in one.documents} <= {"120", "399", "899"}
    for paper in one.documents:
        if paper.kind in {"consolidation", "arrival_note", "departure_note"}:
            assert [[fact.text for fact in line if fact.name == "logisticsNo"] for line in paper.lines] == [
                [sale.waybill]
            ]
    events = [each.event for each in one.timeline if each.kind == "export_inventory"]
    assert {"accepted", "consolidated", "arrived", "released", "departed", "closed"} <= set(events), events
    assert events.index("arrived") < events.index("released") < events.index("closed")
    assert [each.state for each in one.timeline if each.kind == "export_waybill"] == ["declared", "accepted"]
    assert {each.code for each in one.receipts} == {"304", "404", "506", "508", "510", "604", "608"}
    assert one.head.flow_words.zh == "出口" and one.head.bill_no == "NGB1" and not one.bills
    assert one.head.summary.en == "waits for a summary request" and told(story, Sale(2)).head.summary.en == ""
    assert plainly(one)["head"]["flow"] == "E"


def test_no_words_are_missing_in_either_language(tell):
    story, sale = tell(), Sale()
    left(story, sale)
    story.say(refund(sale, invt_no(story, sale)))
    story.pass_time(days=2)
    story.say(tally())
    for each in told(story, sale).timeline:
        assert each.words.zh != each.event and not each.words.zh.isascii() and each.words.en.isascii(), each


def test_an_import_and_an_export_of_one_order_number_never_share_a_story(story):
    trade = story.trade()
    sale = Sale(changes={kind: {"orderNo": trade.id} for kind in ("export_order", "export_inventory", "collection")})
    story.send(trade)
    story.say(*sale.messages())
    found = [one for one in find(story, trade.id) if one.what == "declaration"]
    assert sorted(one.flow for one in found) == ["E", "I"]
    for one in found:
        with reading(story.window.engine) as connection:
            each = stories.of_declaration(connection, story.sandbox, one.id)
        kinds = (
            {paper.kind for paper in each.documents}
            | {line.kind for line in each.timeline}
            | {answer.kind for answer in each.receipts}
        )
        assert {stories.flow_of(kind) for kind in kinds} == {one.flow}
        assert [other.flow for other in each.others] == ["I" if one.flow == "E" else "E"]
    with pytest.raises(acts.NotActionable, match="2 things"):
        acts.act(story.window, story.sandbox, trade.id, "review", "", TESTER)


def test_documents_without_a_list_are_told_by_flow(story):
    trade = story.trade()
    sale = Sale(changes={"export_order": {"orderNo": trade.id}})
    story.send(trade, "order")
    story.say(sale.message("export_order"))
    assert sorted(one.flow for one in find(story, trade.id)) == ["E", "I"]
    with reading(story.window.engine) as connection:
        for flow, kind in (("I", "order"), ("E", "export_order")):
            one = stories.of_order(connection, story.sandbox, trade.id, flow=flow)
            assert one.head is None and [paper.kind for paper in one.documents] == [kind]


def test_two_merchants_exports_of_one_order_number_are_told_apart(tell):
    story, sale = tell(), Sale()
    merchant = WORLD.merchants[1]
    names = {"ebcCode": merchant.code, "ebcName": merchant.name, "orderNo": sale.id}
    other = Sale(2, changes={"export_order": names, "export_inventory": names})
    story.say(*sale.messages(), *other.messages())
    found = find(story, sale.id)
    assert len(found) == 2
    with reading(story.window.engine) as connection:
        for one in found:
            each = stories.of_declaration(connection, story.sandbox, one.id)
            assert len(each.documents) == 3, [paper.key for paper in each.documents]
            assert len({paper.key for paper in each.documents if paper.kind != "export_waybill"}) == 1


def test_differences_are_marked_where_the_documents_disagree(tell):
    story, sale = tell(), Sale()
    story.say(*sale.messages("export_order", "export_waybill"), sale.message("export_inventory", packNo="2"))
    evidence = told(story, sale).evidence
    assert [kind for kind, _ in evidence.columns] == ["export_inventory", "export_order", "export_waybill"]
    assert {row.name: row.texts for row in evidence.rows if row.differs} == {"pack_no": ("2", "", "1")}
    assert [one.rule for one in evidence.differences] == ["17114"]
    assert evidence.channel == () and evidence.fob and evidence.summarising.en.startswith("joins")
    assert {one.id.partition("@")[0] for one in evidence.bases} >= {"export.modes.9610", "export.collection_document"}


def test_what_the_channel_says_is_told_with_its_dated_values(tell):
    story, sale = tell(), Sale(mode="9710", changes={"export_inventory": {"licenseNo": "X1"}})
    story.say(*sale.messages())
    one = told(story, sale)
    assert one.head.state == "rejected"
    assert [each.rule for each in one.evidence.channel] == ["17212"]


def test_a_return_and_a_cancellation_stand_in_the_story_of_their_list(tell):
    story, sale, other = tell(), Sale(), Sale(2)
    left(story, sale)
    story.say(refund(sale, invt_no(story, sale)))
    story.pass_time(days=2)
    story.say(tally())
    one = told(story, sale)
    assert [(each.kind, each.state) for each in one.requests] == [("export_refund", "closed"), ("tally", "accepted")]
    assert {"export_refund", "tally"} <= {paper.kind for paper in one.documents}
    assert {"214", "216"} <= {each.code for each in one.receipts}
    assert {"2", "120", "800"} == {each.status for each in one.receipts if each.code == "214"}
    assert [(each.what, each.id, each.about, each.by) for each in find(story, "TH1")] == [
        ("request", one.requests[0].id, one.head.id, "coElNo")
    ]
    story.say(Sale(3).message("export_order"), *Sale(3).messages("export_waybill", "export_inventory"))
    story.say(cancellation(invt_no(story, Sale(3))))
    assert [each.kind for each in told(story, Sale(3)).requests] == ["export_cancellation"]
    assert not told(story, other).requests


def test_a_message_with_a_request_shows_what_customs_answered(tell):
    story, sale = tell(), Sale()
    story.say(*sale.messages(), note("arrival_note", [sale], "YD1"))
    (admitted,) = story.say(refund(sale, invt_no(story, sale)))
    with reading(story.window.engine) as connection:
        one = stories.of_message(connection, story.sandbox, admitted.id)
    assert [each.status for each in one.receipts] == ["2", "120"]


def test_a_note_tells_its_parts_and_what_it_did(tell):
    story, sales = tell(), [Sale(1), Sale(2), Sale(3)]
    for sale in sales[:2]:
        story.say(*sale.messages())
    story.say(note("arrival_note", sales[:1], "YD1", 1, 3), note("arrival_note", sales[2:], "YD1", 3, 3))
    one = of_note(story, "YD1")
    assert (one.count, [part.number for part in one.parts], one.missing) == (3, [1, 3], (2,))
    assert {part.state for part in one.parts} == {"incomplete"} and all(part.due for part in one.parts)
    assert {(state, count) for state, _, count in one.states} == {("awaiting_arrival", 1), ("", 1)}
    story.say(note("arrival_note", sales[1:2], "YD1", 2, 3))
    one = of_note(story, "YD1")
    assert one.missing == () and {part.state for part in one.parts} == {"accepted"}
    assert {(state, count) for state, _, count in one.states} == {("released", 2), ("", 1)}
    assert len({each.status for each in one.receipts}) == 2
    assert Counter(each.event for each in one.timeline) == {"2": 3, "waiting": 2, "taken_in": 3}


def test_a_departure_that_waits_says_for_what(tell):
    story, sale = tell(), Sale()
    story.say(*sale.messages(), note("departure_note", [sale], "LJ1"))
    one = of_note(story, "LJ1")
    assert [part.state for part in one.parts] == ["awaiting_release"]
    assert [due.kind for part in one.parts for due in part.due] == ["deadline.departure"]
    assert [due.kind for due in told(story, sale).due] == ["deadline.arrival"]


def test_an_officer_is_offered_what_a_receipt_can_say_and_refused_the_rest_in_words(tell):
    story, sale = tell(), Sale()
    story.say(*sale.messages())
    number = invt_no(story, sale)
    (found,) = find(story, number)
    assert [one.action for one in acts.possible_with(found)] == ["reject", "review", "inspect"]
    acts.act(story.window, story.sandbox, number, "review", "抽查", TESTER)
    story.window.settle()
    with pytest.raises(acts.ActNotAllowed, match=r"no receipt of an export list \(604\) says 600"):
        acts.act(story.window, story.sandbox, number, "suspend", "待核", TESTER)
    acts.act(story.window, story.sandbox, number, "inspect", "", TESTER)
    story.window.settle()
    with pytest.raises(acts.ActNotAllowed, match=r"says 599.*Allowed: conclude .*send_back"):
        acts.act(story.window, story.sandbox, number, "detain", "待核", TESTER)
    steps = {one.action: one.return_status for one in told(story, sale).next}
    assert steps == {"conclude": "399", "send_back": "100"}


def test_a_list_that_was_never_declared_is_found_by_its_own_number(tell):
    story, sale = tell(), Sale()
    story.say(sale.message("export_inventory", netWeight="99999"))
    assert [(one.what, one.by, one.state, one.flow) for one in find(story, "QDE000000001")] == [
        ("order", "copNo", "refused", "E")
    ]
