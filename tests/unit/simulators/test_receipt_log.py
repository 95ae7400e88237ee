"""What a log of receipts remembers: receipts by what they are about, some only counted, what is over forgotten."""

from datetime import date

import pytest

from schemas.writing import write
from simulators.exports.shop import ExportShop
from simulators.receipt_log import ReceiptLog, read_receipts
from simulators.world import World

HEAD = {"returnStatus": "899", "returnTime": "20261120120000000", "returnInfo": "-", "invtNo": "42272026E000000001"}


@pytest.fixture
def trade():
    return ExportShop(World(1), 1, date(2026, 11, 20)).trade(1)


def take(receipt_log, trade, code="604", **more):
    receipt_log.add_receipt("M", code, {"orderNo": trade.id, **HEAD, **more}, [])


def test_what_is_over_is_forgotten_and_its_receipts_are_counted_all_the_same(trade):
    receipt_log = ReceiptLog([trade])
    take(receipt_log, trade)
    assert receipt_log.trade_of({"invtNo": HEAD["invtNo"]}) == trade.id
    receipt_log.forget([trade])
    take(receipt_log, trade)
    assert receipt_log.counts["604"] == 2 and receipt_log.trade_of({"invtNo": HEAD["invtNo"]}) is None
    with pytest.raises(KeyError):
        receipt_log.of(trade.id)


def test_a_receipt_for_a_message_whose_trade_is_over_concerns_nobody(trade):
    receipt_log = ReceiptLog([trade])
    receipt_log.note_transmission("G-1", [trade.id])
    receipt_log.forget([trade])
    receipt_log.add_receipt("M", "900", {"oriCopMsgId": "G-1"}, [])
    assert receipt_log.counts["900"] == 1


def test_what_is_judged_is_received_anew(trade):
    receipt_log = ReceiptLog([trade])
    take(receipt_log, trade)
    receipt_log.clear(trade.id)
    assert receipt_log.of(trade.id) == []
    take(receipt_log, trade, returnStatus="800")
    assert receipt_log.statuses_of(trade.id, "604") == ["800"]


def test_of_some_receipts_some_elements_are_kept_and_others_are_only_counted(trade):
    head = {
        "guid": "4CDE1CFD-EDED-46B1-946C-B8022E42FC94",
        "ebpCode": "3702966001",
        "ebcCode": "3702966002",
        "orderNo": trade.id,
        **{name: HEAD[name] for name in ("returnStatus", "returnTime", "returnInfo")},
    }
    body = write("304", [(head, [])], guid=head["guid"])
    counted = read_receipts("M", [body], {"304": ()})
    assert (counted.receipts, counted.counted["304"], counted.wrong) == ([], 1, [])
    refused = read_receipts("M", [body.replace(b"returnStatus>899<", b"returnStatus><")], {"304": ()})
    assert len(refused.wrong) == 1 and not refused.counted, "what is only counted is judged all the same"
    (brief,) = read_receipts("M", [body], {"304": ("orderNo",)}).receipts
    assert brief.head == {"orderNo": trade.id}
    (whole,) = read_receipts("M", [body, b"<nothing/>"]).receipts
    assert whole.head == head and len(read_receipts("M", [b"<nothing/>"], {}).wrong) == 1
