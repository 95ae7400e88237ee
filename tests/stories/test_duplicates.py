"""The same again: as transmission, as document, older, newer, with other bytes. One answer for each, and no effect."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from simulators.imports.stories import amended_document, deletion, staged_document
from single_window.store.tables import participant
from tests.databases import ON_BOTH, carry_out
from tests.stories.story import outcome

pytestmark = ON_BOTH


def test_the_same_transmission_is_answered_with_its_first_id_and_nothing_else_happens(story):
    trade = story.trade()
    body = story.message(trade, "order")
    (first,) = story.submit(body)
    (again,) = story.submit(body)
    assert (again.status, again.id, again.repeated) == (202, first.id, True)
    assert outcome(story.receipts(trade, "order")) == [("2", "2")]


def test_the_same_transmission_twice_in_one_group_is_admitted_once(story):
    body = story.message(story.trade(), "order")
    first, again = story.submit(body, body)
    assert (first.id, first.repeated, again.id, again.repeated) == (first.id, False, first.id, True)


def test_the_same_id_with_other_bytes_is_refused(story):
    body = story.message(story.trade(), "order")
    _, other = story.submit(body, body.replace(b"</ceb:CEB311Message>", b" </ceb:CEB311Message>"))
    assert (other.status, other.findings[0].code) == (409, "transmission-id-reused")


SAME_KEY = [
    # kind, change to the second document, code of its receipt
    ("order", {}, "-301014"),
    ("order", {"appTime": "20200101000000", "guid": "A" * 36}, "-301014"),
    ("order", {"appTime": "20991231235959", "guid": "B" * 36}, "-301010"),
    ("payment", {"appTime": "20991231235959", "guid": "B" * 36}, "-401007"),
    ("waybill", {"appTime": "20991231235959", "guid": "B" * 36}, "-504015"),
    ("inventory", {"appTime": "20991231235959", "guid": "B" * 36}, "-621041"),
    ("inventory", {"appTime": "20200101000000", "guid": "A" * 36}, "-621055"),
]


@pytest.mark.parametrize(("kind", "change", "code"), SAME_KEY)
def test_the_same_business_key_again_is_answered_by_its_code(story, kind, change, code):
    trade = story.trade()
    story.send(trade, kind)
    body = story.message(trade, kind, **change)
    story.submit(body.replace(body.split(b'guid="')[1][:36], b"C" * 36, 1))
    assert story.statuses(trade, kind)[-1] == code


BROKEN = [
    # kind, what breaks the port's checks, code of the check, code of an old message
    ("order", {"buyerIdType": "2"}, "-301008", "-301014"),
    ("payment", {"payerIdType": "2"}, "-401009", "-401012"),
    ("waybill", {"packNo": "2"}, "-504011", "-504012"),
    ("inventory", {"netWeight": "9999"}, "-621001", "-621055"),
]


@pytest.mark.parametrize(("kind", "change", "content", "old"), BROKEN)
def test_an_old_document_is_answered_as_old_before_it_is_checked(story, kind, change, content, old):
    trade, other = story.trade(0), story.trade(1)
    story.send(trade, kind)
    story.send(trade, kind, guid="A" * 36, **change)
    story.send(trade, kind, guid="B" * 36, appTime="20991231235959", **change)
    story.send(other, kind, **change)
    in_order = sorted(story.receipts(trade, kind), key=lambda value: value.sequence)
    assert [receipt.return_status for receipt in in_order] == ["2", old, content]
    assert story.statuses(other, kind) == [content], "nothing is stored that it could be older than"


def test_what_is_no_time_is_not_old(story):
    trade = story.trade()
    story.send(trade, "order")
    story.send(trade, "order", guid="A" * 36, appTime="00000000000000")
    assert sorted(outcome(story.receipts(trade, "order"))) == [("-301008", "-301008/15002"), ("2", "2")]


def test_an_order_whose_list_is_released_is_declared_already(story):
    trade = story.trade()
    story.send(trade)
    story.send(trade, "order", appTime="20991231235959", guid="B" * 36)
    assert story.statuses(trade, "order")[-1] == "-301011"


def test_a_rejected_list_is_declared_again_after_its_payment_was_amended(story):
    trade = story.trade(fault="amount_differs")
    story.send(trade)
    right = {"amountPaid": trade.document("order").head["acturalPaid"]}
    story.send(trade, "payment", appType="2", appTime="20991231235958", guid="D" * 36, **right)
    assert story.state(trade) == "rejected"
    story.send(trade, "inventory", appTime="20991231235959", guid="E" * 36)
    assert outcome(story.receipts(trade)) == [
        ("2", "2.inventory"),
        ("100", "1332"),
        ("2", "2.inventory"),
        ("120", "1800"),
        ("800", "2600"),
    ]


def test_a_waiting_list_is_amended_and_the_new_facts_count(story):
    trade = story.trade()
    story.send(trade, "inventory", buyerName="他人甲")
    number = str(story.column(trade, "pre_no"))
    story.submit(amended_document(trade, "inventory", changes={}, pre_no=number).body)
    story.send(trade, "order", "payment", "waybill")
    assert outcome(story.receipts(trade)) == [
        ("2", "2.inventory"),
        ("2", "2.inventory.modify"),
        ("120", "1800"),
        ("800", "2600"),
    ]
    assert story.column(trade, "pre_no") == number


def test_a_staged_list_waits_for_its_declaration_and_expires_without_it(story):
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    story.submit(staged_document(trade, "inventory").body)
    assert outcome(story.receipts(trade)) == [("1", "1")]
    assert story.state(trade) == ""
    story.send(trade, "inventory")
    assert story.statuses(trade) == ["1", "2", "120", "800"]


def test_a_staged_list_that_expired_is_declared_as_a_new_one(story):
    trade = story.trade()
    story.submit(staged_document(trade, "inventory").body)
    story.pass_time(days=16)
    story.send(trade, "inventory")
    assert story.statuses(trade) == ["1", "2"]


def test_a_deleted_list_is_gone_and_its_partners_wait_for_another(story):
    trade = story.trade()
    story.send(trade, "inventory")
    story.submit(deletion(trade, "inventory", pre_no=str(story.column(trade, "pre_no"))).body)
    assert story.state(trade) == "deleted"
    story.send(trade, "order", "payment", "waybill")
    assert story.statuses(trade) == ["2", "2"]


def test_the_order_number_of_another_merchant_is_another_trade(story):
    trade = story.trade()
    mine = trade.document("order").head["ebcCode"]
    other = next(
        row
        for row in map(story.trade, range(1, 50))
        if row.document("order").head["ebcCode"] != mine
        and row.document("payment").head["ebpCode"] != trade.document("payment").head["ebpCode"]
    )
    story.send(trade)
    assert story.state(trade) == "released"
    story.send(other, "order", "payment", "waybill", orderNo=trade.id)
    for kind in ("order", "payment", "waybill"):
        body = amended_document(other, kind, changes={"orderNo": trade.id}).body
        story.submit(body)
        assert [
            receipt.return_status
            for receipt in story.receipts(trade, kind)
            if receipt.key != story.receipts(trade, kind)[0].key
        ] == ["2", "2"], kind
    story.send(other, "inventory", orderNo=trade.id, appTime="20991231235959", copNo=None)
    assert [receipt.return_status for receipt in story.receipts(trade) if receipt.key.split("|")[0] != mine][:2] == [
        "2",
        "120",
    ]


def test_a_participant_with_the_replay_setting_gets_the_first_receipts_again(story):
    trade = story.trade()
    carry_out(story.window.engine, update(participant).values(tolerances="replay"))
    story.send(trade)
    first = [(receipt.return_status, receipt.return_time) for receipt in story.receipts(trade)]
    body = story.message(trade, "inventory")
    story.submit(body.replace(body.split(b'guid="')[1][:36], b"C" * 36, 1))
    again = [(receipt.return_status, receipt.return_time) for receipt in story.receipts(trade)]
    assert sorted(again) == sorted(first * 2)
    assert len(story.receipts(trade, "tax_bill")) == 1
