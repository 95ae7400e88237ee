"""The set of receipts of a trade: what a window sent is complete; what is taken away, doubled, sent to somebody else,
put into another order or moved in time is named."""

from datetime import date, timedelta

import pytest

from simulators.demo import OPTIONS
from simulators.entry import DEMO, open_sandbox, settings_for
from simulators.imports.day import ImportDay
from simulators.imports.shop import Shop
from simulators.imports.traffic import faulty_trade
from simulators.known_faults import known_fault
from simulators.messages import SyntheticMessage
from simulators.receipt_log import ReceiptLog
from simulators.receipt_sets import check_receipts
from simulators.receipt_times import return_time
from tests.tables import each

DAY = date(2026, 11, 20)
FAULTS = ("", "order_missing", "payment_late", "returned_partly", "order_again", "schema_invalid", "list_again")


@pytest.fixture(scope="module")
def played(world, tmp_path_factory):
    """A few trades, each with another fault, played to their ends: the trades, and what was received of them."""
    folder = tmp_path_factory.mktemp("sets")
    shop = Shop(world, 11, DAY)
    trades = [
        faulty_trade(shop, number, known_fault("import", name)) if name else shop.trade(number)
        for number, name in enumerate(FAULTS, 1)
    ]
    options = {**OPTIONS, "signatures": "off", "inspection": False}
    with open_sandbox(settings_for(folder, readers=0, synchronous="NORMAL"), DEMO, world, options) as session:
        return trades, ImportDay(session, world, trades, 20).play()


def test_what_a_window_sends_is_complete(played):
    trades, log = played
    assert {trade.fault: list(check_receipts(trade, "import", log)) for trade in trades} == {
        name: [] for name in FAULTS
    }


def again(receipts):
    return [*receipts, receipts[-1]]


def without(receipts):
    return []


def to_another(receipts):
    return [receipt._replace(mailbox="DXPENT0000000000") for receipt in receipts]


def backwards(receipts):
    return list(reversed(receipts))


def as_released(receipts):
    *before, last = receipts
    return [*before, last._replace(head={**last.head, "returnInfo": "[Code:2600;Desc:放行]"})]


def later(span):
    def moved(receipts):
        *before, last = receipts
        time = f"{return_time(last) + span:%Y%m%d%H%M%S}000"
        return [*before, last._replace(time=time, head={**last.head, "returnTime": time})]

    return moved


@each(
    ("name", "trade", "code", "changed", "named"),
    [
        ("an order's answers are lost", "", "312", without, "312 went through nothing, and should go 2 120"),
        ("a waybill's answer comes twice", "", "512", again, "512 120"),
        ("a payment's answers go to somebody else", "", "412", to_another, "412 2 went to DXPENT0000000000"),
        ("a list's statuses come backwards", "", "622", backwards, "622 800 of"),
        ("the bill comes twice", "", "816", again, "816 1 about"),
        ("the end of the bill is lost", "", "818", without, "came 0 times, not once"),
        ("the end of the bill comes twice", "", "818", again, "came 2 times, not once"),
        (
            "the carrier learns nothing of a delivery",
            "",
            "514",
            without,
            "deliveries (513) were answered with nothing",
        ),
        (
            "a closed list is told as released",
            "",
            "622",
            as_released,
            "622 899 should say [Code:14899], and says [Code:2600",
        ),
        ("the list closes late", "", "622", later(timedelta(days=1)), "it was closed on"),
        ("tax is collected a day early", "", "818", later(timedelta(days=-1)), "collected 30 days after"),
        ("tax is collected a day late", "", "818", later(timedelta(days=1)), "collected 32 days after"),
        ("a list is rejected too soon", "order_missing", "622", later(timedelta(hours=-1)), "rejected for missing"),
        ("a list is rejected too late", "order_missing", "622", later(timedelta(hours=1)), "rejected for missing"),
        ("a bill after a return comes twice", "returned_partly", "816", again, "tax bills came 3 times, and are 2"),
    ],
)
def test_what_is_not_as_it_should_be_is_named(played, name, trade, code, changed, named):
    trades, log = played
    (chosen,) = (one for one in trades if one.fault == trade)
    complaints = check_receipts(chosen, "import", tampered(chosen, log, code, changed))
    assert named in " | ".join(complaints)


def tampered(trade, log, code, changed):
    """A log of one trade in which the receipts of a type are others."""
    new = ReceiptLog([trade])
    for kind, count in log.sent_of(trade.id).items():
        for _ in range(count):
            new.note_sent(SyntheticMessage(b"", kind, "", (trade.id,)))
    receipts = log.as_they_came(trade.id)
    for of_type in dict.fromkeys(receipt.code for receipt in receipts):
        mine = [receipt for receipt in receipts if receipt.code == of_type]
        for receipt in changed(mine) if of_type == code else mine:
            new.add_receipt(receipt.mailbox, receipt.code, receipt.head, list(receipt.lines))
    return new
