"""Messages at the edge: each of a hundred orders is answered, and a subscriber gets what the agent gets."""

from datetime import date

import pytest

from simulators.imports.envelopes import (
    FULL,
    check_copies,
    check_orders,
    messages_with_subscriber,
    orders,
    subscribed_lists,
)
from simulators.imports.shop import Shop
from simulators.receipt_log import ReceiptLog
from tests.tables import each

LIST = [("622", "2"), ("622", "120"), ("622", "800"), ("816", "1"), ("818", "2"), ("622", "899")]
SUBSCRIBER = "DXPENT0000000999"


@pytest.fixture
def shop(world):
    return Shop(world, 1, date(2026, 11, 20))


def log_of(trades, *receipts):
    """A log in which these receipts came about every trade."""
    receipt_log = ReceiptLog(trades)
    for trade in trades:
        for code, status in receipts:
            receipt_log.add_receipt("M", code, {"orderNo": trade.id, "returnStatus": status, "taxNo": "T"} | TAXES, [])
    return receipt_log


TAXES = dict.fromkeys(("customsTax", "valueAddedTax", "consumptionTax"), "0")


def test_a_full_message_holds_a_hundred_orders_of_one_platform(shop):
    made = orders(shop)
    assert len({trade.id for trade in made}) == FULL and len({trade.parties.platform for trade in made}) == 1


def test_an_order_of_a_full_message_that_is_not_answered_once_is_named(shop):
    made = orders(shop)[:3]
    assert all(verdict.ok for verdict in check_orders(made, log_of(made, ("312", "2"))))
    (lost,) = {verdict.complaints for verdict in check_orders(made, log_of(made))}
    assert lost == ("of 3 orders in a message this one came to nothing",)
    assert not any(verdict.ok for verdict in check_orders(made, log_of(made, ("312", "2"), ("312", "2"))))


def test_the_list_alone_names_the_subscriber(shop):
    named = [
        message.code
        for message in messages_with_subscriber(subscribed_lists(shop), SUBSCRIBER)
        if SUBSCRIBER.encode() in message.body
    ]
    assert named == ["621", "621"]


@each(
    ("theirs", "complaint"),
    [
        ([("621", ""), *LIST], None),
        ([("621", ""), *LIST[:3], *LIST[4:]], "subscriber and agent differ in 816 1"),
        (LIST, "subscriber and agent differ in 621"),
        ([("621", ""), *LIST, ("312", "2")], "subscriber and agent differ in 312 2"),
    ],
)
def test_a_subscriber_who_gets_something_else_than_the_agent_is_named(shop, theirs, complaint):
    trades = subscribed_lists(shop)
    found = {verdict.complaints for verdict in check_copies(trades, log_of(trades, *LIST), log_of(trades, *theirs))}
    assert found == {(complaint,) if complaint else ()}
