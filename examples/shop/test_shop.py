"""The shop, tested against the window: `pip install '.[test]'`, then `pytest --single-window-command=PATH`."""

from __future__ import annotations

import pytest
from shop import Shop

from single_window_client import SampleTrade, SandboxClient


@pytest.fixture
def trade(single_window: SandboxClient) -> SampleTrade:
    return single_window.sample("import")


@pytest.fixture
def shop(single_window: SandboxClient, trade: SampleTrade) -> Shop:
    return Shop(single_window.caller.url, single_window.name, trade.mailbox("621"))


def test_an_accepted_order_is_sent_on(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    shop.declare(*trade.messages.values())
    assert shop.states == {trade.order_no: "waiting"}
    single_window.wait_for(trade, 800)
    shop.poll()
    assert shop.states == {trade.order_no: "sent on"}


def test_a_rejected_order_is_refused(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    other = trade.changed("411", payerName="王某某")  # somebody else has paid
    shop.declare(*other.messages.values())
    assert single_window.wait_for(trade).given == ["100"]
    shop.poll()
    assert shop.states == {trade.order_no: "refused"}


def test_an_inspected_order_is_held(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    single_window.options(await_arrival=True)  # so that an officer may act before it is released
    shop.declare(*trade.messages.values())
    single_window.wait_for(trade, 400)
    single_window.decide(trade, "inspect")
    shop.poll()
    assert shop.states == {trade.order_no: "held"}
    single_window.decide(trade, "conclude")
    single_window.wait_for(trade, 800)
    shop.poll()
    assert shop.states == {trade.order_no: "sent on"}


def test_goods_come_back(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    shop.declare(*trade.messages.values())
    released = single_window.wait_for(trade, 800).declaration
    back = trade.further("625", invtNo=released.invt_no)
    shop.declare(*back.messages.values())
    single_window.clock.advance("3d")  # customs review it
    single_window.decide(back.value("copNo"), "take_back")
    single_window.settle()
    shop.poll()
    assert shop.states == {trade.order_no: "returned"}


def test_a_receipt_that_is_late_is_waited_for(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    single_window.force("slow")
    shop.declare(*trade.messages.values())
    single_window.settle()
    shop.poll()
    assert shop.states == {trade.order_no: "waiting"}
    single_window.clock.advance("30s")
    shop.poll()
    assert shop.states == {trade.order_no: "sent on"}


def test_a_receipt_that_is_lost_is_asked_for(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    single_window.force("lost")
    shop.declare(*trade.messages.values())
    single_window.settle()
    shop.poll()
    assert shop.states == {trade.order_no: "waiting"}
    shop.look_again(trade.order_no)
    assert shop.states == {trade.order_no: "sent on"}


@pytest.mark.parametrize("scenario", ["repeated", "out_of_order", "contradicted"])
def test_nothing_takes_a_release_back(
    single_window: SandboxClient, shop: Shop, trade: SampleTrade, scenario: str
) -> None:
    single_window.force(scenario)
    shop.declare(*trade.messages.values())
    single_window.settle()
    single_window.clock.advance("1h")
    shop.poll()
    assert shop.states == {trade.order_no: "sent on"}


def test_a_duplicate_changes_nothing(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    first = shop.declare(*trade.messages.values())
    assert shop.declare(*trade.messages.values()) == first  # the same transmission: the same numbers
    single_window.wait_for(trade, 800)
    again = trade.changed("621").further("621")
    shop.declare(*again.messages.values())
    single_window.wait_for(trade, 800)
    shop.poll()
    assert shop.states == {trade.order_no: "sent on"}


def test_an_order_is_taxed(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    shop.declare(*trade.messages.values())
    tax = single_window.wait_for(trade, 816).declaration.tax
    shop.poll()
    assert tax is not None and shop.taxes == {trade.order_no: tax["vat"]}


def test_what_the_port_refuses_is_refused(single_window: SandboxClient, shop: Shop, trade: SampleTrade) -> None:
    other = trade.changed("621", netWeight="999")  # more than the gross weight
    shop.declare(*other.messages.values())
    assert single_window.wait_for(trade, -621001).given == ["-621001"]
    shop.poll()
    assert shop.states == {trade.order_no: "refused"}
