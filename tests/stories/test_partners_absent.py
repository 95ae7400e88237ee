"""The port's answer to a list names the partners that are not there, in the words that integrators match."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from single_window.store.tables import participant
from tests.databases import ON_BOTH, carry_out
from tests.stories.exporting import Sale

pytestmark = ON_BOTH
PARTNERS = ("order", "payment", "waybill")


def words_of(trade):
    head = trade.document("inventory").head
    return {
        "order": f"对应电商企业为[{head['ebcCode']}]订单号为[{head['orderNo']}]的订单信息不存在",
        "payment": f"对应电商平台为[{head['ebpCode']}]订单号为[{head['orderNo']}]的支付信息不存在",
        "waybill": f"对应物流企业为[{head['logisticsCode']}]运单号为[{head['logisticsNo']}]的运单信息不存在",
    }


def answer(story, trade):
    return story.receipts(trade)[0]


@pytest.mark.parametrize("there", [(), ("order",), ("payment",), ("waybill",), ("order", "payment"), PARTNERS])
def test_a_list_is_answered_which_partners_are_not_there(story, there):
    trade = story.trade()
    if there:
        story.send(trade, *there)
    story.send(trade, "inventory")
    receipt = answer(story, trade)
    head = trade.document("inventory").head
    plain = f"清单新增申报成功[{head['guid']}][电商企业编码：{head['ebcCode']}订单编号：{head['orderNo']}]"
    lacking = [words for kind, words in words_of(trade).items() if kind not in there]
    assert (receipt.return_status, receipt.rule) == ("2", "2.inventory")
    assert receipt.info == ";".join([plain, *lacking])
    assert receipt.text_in("en").count(";no ") == len(lacking)


@pytest.mark.parametrize("order", [("inventory", *PARTNERS), (*PARTNERS, "inventory")])
def test_what_comes_in_the_same_batch_is_there(story, order):
    trade = story.trade()
    story.send(trade, *order)
    assert "不存在" not in answer(story, trade).info


def test_a_partner_that_is_only_staged_or_another_trades_is_not_there(story):
    trade, other = story.trade(0), story.trade(1)
    story.send(trade, "order", appStatus="1")
    story.send(other, "payment", "waybill")
    story.send(trade, "inventory")
    assert all(words in answer(story, trade).info for words in words_of(trade).values())


def test_a_payment_of_another_platform_is_not_the_lists(story):
    trade = story.trade()
    story.send(trade, "payment", ebpCode="1105910159")
    story.send(trade, "inventory")
    assert words_of(trade)["payment"] in answer(story, trade).info


LATER = "20261120235959"


@pytest.mark.parametrize("paid, missing", [(("OTHER", ""), False), (("", "OTHER"), True)])
@pytest.mark.parametrize("together", [True, False])
def test_a_payment_is_the_lists_by_the_order_that_its_declared_version_pays(story, paid, missing, together):
    trade = story.trade()
    order_no = trade.document("payment").head["orderNo"]
    staged, declared = (number or order_no for number in paid)
    story.send(trade, "payment", appStatus="1", orderNo=staged)
    payment = story.message(trade, "payment", appTime=LATER, orderNo=declared)
    if together:
        story.submit(payment, story.message(trade, "inventory"))
    else:
        story.submit(payment)
        story.send(trade, "inventory")
    assert (words_of(trade)["payment"] in answer(story, trade).info) is missing


def test_the_answer_to_a_refused_list_and_to_a_partner_stays_as_it_was(story):
    trade = story.trade()
    story.send(trade, "order")
    story.send(trade, "inventory", appStatus="1")
    assert "不存在" not in story.receipts(trade, "order")[0].info + answer(story, trade).info


@pytest.mark.parametrize("wished", [False, True])
def test_an_export_list_is_reported_where_its_sender_wishes_it(start_story, wished):
    story, sale = start_story(), Sale()
    if wished:
        carry_out(
            story.window.engine,
            update(participant).where(participant.c.sandbox == story.sandbox).values(tolerances="missing_partners"),
        )
    story.submit(sale.message("export_order"))
    story.submit(sale.message("export_inventory"))
    message = story.receipts(sale, "export_inventory")[0].info
    assert ("运单信息不存在" in message) is wished and "订单信息不存在" not in message
