"""The histories of exports, found by every number that somebody may hold, on each database."""

from __future__ import annotations

from collections import Counter

import pytest

from single_window.cases.declarations import assembly, decisions, matches, notes
from single_window.cases.declarations.arrivals import of_message
from single_window.cases.declarations.gathering import flow_of
from single_window.language.refusal import Refusal
from single_window.store.engine import reading
from tests.databases import ON_BOTH
from tests.officers import TESTER, act
from tests.stories.exporting import Sale, cancellation, invt_no, note, refund, tally
from tests.stories.story import WORLD

pytestmark = ON_BOTH


def find(story, number):
    return story.read(matches.find, number)


def story_of(story, sale):
    return story.read(assembly.of_order, sale.id, flow="E")


def of_note(story, number):
    (match,) = [row for row in find(story, number) if row.category == "note"]
    return story.read(notes.of_note, match.id)


def left(story, sale):
    """A sale that has left, with a consolidation, an arrival and a departure that name another parcel, too."""
    other = Sale(2)
    story.submit(*sale.messages(), sale.message("collection"), *other.messages())
    story.submit(note("consolidation", [other, sale], "ZD1"), note("arrival_note", [sale, other], "YD1"))
    story.submit(note("departure_note", [sale], "LJ1"))


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
def test_a_number_of_an_export_leads_to_its_list(start_story, number, by):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages())
    matches = find(story, number(story, sale))
    assert [(row.category, row.by, row.order_no, row.kind, row.flow) for row in matches] == [
        ("declaration", by, sale.id, "export_inventory", "E")
    ]


def test_a_master_waybill_leads_to_its_lists_and_a_notes_number_to_the_note(start_story):
    story, sale = start_story(), Sale()
    left(story, sale)
    assert {(row.category, row.order_no, row.by) for row in find(story, "NGB1")} == {
        ("declaration", sale.id, "billNo"),
        ("declaration", Sale(2).id, "billNo"),
    }
    for number, kind in (("ZD1", "consolidation"), ("YD1", "arrival_note"), ("LJ1", "departure_note")):
        assert [(row.category, row.kind, row.state, row.by) for row in find(story, number)] == [
            ("note", kind, "accepted", "copNo")
        ]


def test_the_story_of_an_export_has_all_its_papers_and_only_its_own_parcels(start_story):
    story, sale = start_story(), Sale()
    left(story, sale)
    result = story_of(story, sale)
    assert sorted(paper.kind for paper in result.documents) == [
        "arrival_note",
        "collection",
        "consolidation",
        "departure_note",
        "export_inventory",
        "export_order",
        "export_waybill",
    ]
    assert {paper.last_status for paper in result.documents} <= {"120", "399", "899"}
    for paper in result.documents:
        if paper.kind in {"consolidation", "arrival_note", "departure_note"}:
            assert [[fact.text for fact in line if fact.name == "logisticsNo"] for line in paper.lines] == [
                [sale.waybill]
            ]
    events = [line.event for line in result.timeline if line.kind == "export_inventory"]
    assert {"accepted", "consolidated", "arrived", "released", "departed", "closed"} <= set(events), events
    assert events.index("arrived") < events.index("released") < events.index("closed")
    assert [line.state for line in result.timeline if line.kind == "export_waybill"] == ["declared", "accepted"]
    assert {receipt.code for receipt in result.receipts} == {"304", "404", "506", "508", "510", "604", "608"}
    assert result.head.flow_words.zh == "出口" and result.head.bill_no == "NGB1" and not result.bills
    assert result.head.summary.en == "waits for a summary request" and story_of(story, Sale(2)).head.summary.en == ""
    assert result.head.flow == "E"


def test_no_words_are_missing_in_either_language(start_story):
    story, sale = start_story(), Sale()
    left(story, sale)
    story.submit(refund(sale, invt_no(story, sale)))
    story.pass_time(days=2)
    story.submit(tally())
    for line in story_of(story, sale).timeline:
        assert line.words.zh != line.event and not line.words.zh.isascii() and line.words.en.isascii(), line


def test_an_import_and_an_export_of_one_order_number_never_share_a_story(story):
    trade = story.trade()
    sale = Sale(changes={kind: {"orderNo": trade.id} for kind in ("export_order", "export_inventory", "collection")})
    story.send(trade)
    story.submit(*sale.messages())
    result = [match for match in find(story, trade.id) if match.category == "declaration"]
    assert sorted(match.flow for match in result) == ["E", "I"]
    for row in result:
        record = story.read(assembly.of_declaration, row.id)
        kinds = (
            {paper.kind for paper in record.documents}
            | {line.kind for line in record.timeline}
            | {answer.kind for answer in record.receipts}
        )
        assert {flow_of(kind) for kind in kinds} == {row.flow}
        assert [other.flow for other in record.others] == ["I" if row.flow == "E" else "E"]
    with pytest.raises(Refusal, match="2 things"):
        act(story.window, story.sandbox, trade.id, "review", "", TESTER, as_declared=True)


def test_documents_without_a_list_are_reported_by_flow(story):
    trade = story.trade()
    sale = Sale(changes={"export_order": {"orderNo": trade.id}})
    story.send(trade, "order")
    story.submit(sale.message("export_order"))
    assert sorted(row.flow for row in find(story, trade.id)) == ["E", "I"]
    with reading(story.window.engine) as connection:
        for flow, kind in (("I", "order"), ("E", "export_order")):
            record = assembly.of_order(connection, story.sandbox, trade.id, flow=flow)
            assert record.head is None and [paper.kind for paper in record.documents] == [kind]


def test_two_merchants_exports_of_one_order_number_are_distinguished(start_story):
    story, sale = start_story(), Sale()
    merchant = WORLD.merchants[1]
    names = {"ebcCode": merchant.code, "ebcName": merchant.name, "orderNo": sale.id}
    other = Sale(2, changes={"export_order": names, "export_inventory": names})
    story.submit(*sale.messages(), *other.messages())
    matches = find(story, sale.id)
    assert len(matches) == 2
    with reading(story.window.engine) as connection:
        for row in matches:
            record = assembly.of_declaration(connection, story.sandbox, row.id)
            assert len(record.documents) == 3, [paper.key for paper in record.documents]
            assert len({paper.key for paper in record.documents if paper.kind != "export_waybill"}) == 1


def test_differences_are_marked_where_the_documents_disagree(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages("export_order", "export_waybill"), sale.message("export_inventory", packNo="2"))
    evidence = story_of(story, sale).evidence
    assert [kind for kind, _ in evidence.columns] == ["export_inventory", "export_order", "export_waybill"]
    assert {row.name: row.texts for row in evidence.rows if row.differs} == {"pack_no": ("2", "", "1")}
    assert [difference.rule for difference in evidence.differences] == ["17114"]
    assert evidence.channel == () and evidence.fob and evidence.summarising.en.startswith("joins")
    assert {base.id.partition("@")[0] for base in evidence.bases} >= {"export.modes.9610", "export.collection_document"}


def test_what_the_channel_says_is_reported_with_its_dated_values(start_story):
    story, sale = start_story(), Sale(mode="9710", changes={"export_inventory": {"licenseNo": "X1"}})
    story.submit(*sale.messages())
    result = story_of(story, sale)
    assert result.head.state == "rejected"
    assert [row.rule for row in result.evidence.channel] == ["17212"]


def test_a_return_and_a_cancellation_stand_in_the_story_of_their_list(start_story):
    story, sale, other = start_story(), Sale(), Sale(2)
    left(story, sale)
    story.submit(refund(sale, invt_no(story, sale)))
    story.pass_time(days=2)
    story.submit(tally())
    result = story_of(story, sale)
    assert [(request.kind, request.state) for request in result.requests] == [
        ("export_refund", "closed"),
        ("tally", "accepted"),
    ]
    assert {"export_refund", "tally"} <= {paper.kind for paper in result.documents}
    assert {"214", "216"} <= {receipt.code for receipt in result.receipts}
    assert {"2", "120", "800"} == {receipt.status for receipt in result.receipts if receipt.code == "214"}
    assert [(row.category, row.id, row.about, row.by) for row in find(story, "TH1")] == [
        ("request", result.requests[0].id, result.head.id, "coElNo")
    ]
    story.submit(Sale(3).message("export_order"), *Sale(3).messages("export_waybill", "export_inventory"))
    story.submit(cancellation(invt_no(story, Sale(3))))
    assert [request.kind for request in story_of(story, Sale(3)).requests] == ["export_cancellation"]
    assert not story_of(story, other).requests


def test_a_message_with_a_request_shows_what_customs_answered(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages(), note("arrival_note", [sale], "YD1"))
    (admitted,) = story.submit(refund(sale, invt_no(story, sale)))
    record = story.read(of_message, admitted.id)
    assert [receipt.status for receipt in record.receipts] == ["2", "120"]


def test_a_note_shows_its_parts_and_what_it_did(start_story):
    story, sales = start_story(), [Sale(1), Sale(2), Sale(3)]
    for sale in sales[:2]:
        story.submit(*sale.messages())
    story.submit(note("arrival_note", sales[:1], "YD1", 1, 3), note("arrival_note", sales[2:], "YD1", 3, 3))
    result = of_note(story, "YD1")
    assert (result.count, [part.number for part in result.parts], result.missing) == (3, [1, 3], (2,))
    assert {part.state for part in result.parts} == {"incomplete"} and all(part.due for part in result.parts)
    assert {(state, count) for state, _, count in result.states} == {("awaiting_arrival", 1), ("", 1)}
    story.submit(note("arrival_note", sales[1:2], "YD1", 2, 3))
    result = of_note(story, "YD1")
    assert result.missing == () and {part.state for part in result.parts} == {"accepted"}
    assert {(state, count) for state, _, count in result.states} == {("released", 2), ("", 1)}
    assert len({receipt.status for receipt in result.receipts}) == 2
    assert Counter(line.event for line in result.timeline) == {"2": 3, "waiting": 2, "taken_in": 3}


def test_a_departure_that_waits_says_for_what(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages(), note("departure_note", [sale], "LJ1"))
    result = of_note(story, "LJ1")
    assert [part.state for part in result.parts] == ["awaiting_release"]
    assert [due.kind for part in result.parts for due in part.due] == ["deadline.departure"]
    assert [due.kind for due in story_of(story, sale).due] == ["deadline.arrival"]


def test_an_officer_is_offered_what_a_receipt_can_say_and_refused_the_rest_in_words(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages())
    number = invt_no(story, sale)
    (result,) = find(story, number)
    possible = decisions.possible(result.state, flow=result.flow)
    assert [transition.action for transition in possible] == ["reject", "review", "inspect"]
    story.decide(number, "review", "抽查")
    with pytest.raises(Refusal, match=r"no receipt of an export list \(604\) says 600"):
        act(story.window, story.sandbox, number, "suspend", "待核", TESTER, as_declared=True)
    story.decide(number, "inspect", "")
    with pytest.raises(Refusal, match=r"says 599.*Allowed: conclude .*send_back"):
        act(story.window, story.sandbox, number, "detain", "待核", TESTER, as_declared=True)
    steps = {receipt.action: receipt.return_status for receipt in story_of(story, sale).next}
    asking = {"ask": "300", "remind": "300", "withdraw": "500"}
    assert steps == {"conclude": "399", "send_back": "100", **asking}


def test_a_list_that_was_never_declared_is_found_by_its_own_number(start_story):
    story, sale = start_story(), Sale()
    story.submit(sale.message("export_inventory", netWeight="99999"))
    assert [(row.category, row.by, row.state, row.flow) for row in find(story, "QDE000000001")] == [
        ("order", "copNo", "refused", "E")
    ]
