"""The shop, tested against the window: `pip install '.[test]'`, then `pytest --single-window-command=PATH`."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread

import pytest
from shop import Shop

from single_window_client import CallRefused, SampleTrade, SandboxClient, is_genuine


@pytest.fixture
def trade(single_window: SandboxClient) -> SampleTrade:
    return single_window.sample("import")


@pytest.fixture
def shop(single_window: SandboxClient, trade: SampleTrade) -> Shop:
    return Shop(single_window.caller.url, single_window.name, trade.mailbox("621"), single_window.caller.key)


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


@pytest.fixture
def pushed() -> Iterator[tuple[str, Queue[tuple[dict[str, str], bytes]]]]:
    """The address of a receiver on this machine, and headers and body of what it was sent."""
    received: Queue[tuple[dict[str, str], bytes]] = Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/receipts", received
        server.shutdown()


def test_a_receipt_is_pushed(
    single_window: SandboxClient,
    shop: Shop,
    trade: SampleTrade,
    pushed: tuple[str, Queue[tuple[dict[str, str], bytes]]],
) -> None:
    url, received = pushed
    try:
        made = single_window.call("PUT", f"/channels/{shop.mailbox}/webhook", json={"url": url})
    except CallRefused as refused:  # by a window that runs already, and whose operator does not allow it
        pytest.skip(refused.text("en"))
    shop.declare(*trade.messages.values())
    headers, body = received.get(timeout=60)
    assert is_genuine(made["secret"], headers, body) and trade.order_no.encode() in body


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
