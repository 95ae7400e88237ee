"""Requests about lists of another sandbox are refused as being about no list; whatever else they come to is named."""

from datetime import date

import pytest

from simulators.elsewhere import REFUSALS, check_answers, find_known_documents, messages_of
from simulators.exports.shop import ExportShop
from simulators.imports.shop import Shop
from simulators.receipt_log import ReceiptLog
from simulators.traded import Shape
from tests.tables import each

DAY, WHEN = date(2026, 11, 20), "20261130200000"


@pytest.fixture(scope="module")
def lists(world):
    """A released import and an export that has left, as the first sandbox told of them."""
    bought, sold = Shop(world, 1, DAY).trade(1), ExportShop(world, 1, DAY).trade(1, Shape(mode="9610"), flag="B")
    known = ReceiptLog([bought, sold])
    for trade, code, status in ((bought, "622", "800"), (sold, "604", "899")):
        number = f"42272026{'I' if code == '622' else 'E'}000000001"
        head = {"orderNo": trade.id, "returnStatus": status, "returnTime": "1", "invtNo": number}
        known.add_receipt("M", code, head, [])
    return find_known_documents([bought], [sold], known, WHEN)


def answered(lists, **others):
    """The verdicts about these answers; those that are not given are right."""
    of = {
        "624": lists.import_trade,
        "626": lists.import_trade,
        "606": lists.export_trade,
        "214": lists.export_trade,
        "702": lists.request,
    }
    receipt_log = ReceiptLog([lists.import_trade, lists.export_trade, lists.request])
    for code, (status, reason) in REFUSALS.items():
        for came, words in others.get(f"_{code}", [(status, reason)]):
            head = {
                "orderNo": of[code].id,
                "returnStatus": came,
                "returnTime": "2",
                "returnInfo": f"[Code:{words};Desc:x]",
            }
            receipt_log.add_receipt("M", code, head, [])
    return list(check_answers(lists, receipt_log))


def test_each_kind_of_request_names_the_list(world, lists):
    sent = list(messages_of(world, lists, WHEN))
    assert [message.code for message in sent] == ["623", "625", "605", "213", "701"]
    assert all(
        (lists.import_list_no if number < 2 else lists.export_list_no).encode() in message.body
        for number, message in enumerate(sent)
    )


def test_refusals_as_about_no_list_leave_nothing_to_say(lists):
    assert [verdict.complaints for verdict in answered(lists)] == [()] * len(REFUSALS)


@each(
    ("code", "answers"),
    [("702", [("100", "18004")]), ("702", [("399", "2300")]), ("624", []), ("214", [("120", "1800")])],
)
def test_any_other_answer_is_named(lists, code, answers):
    (wrong,) = (verdict for verdict in answered(lists, **{f"_{code}": answers}) if not verdict.ok)
    assert wrong.complaints[0].startswith(f"{code} about a list of another sandbox came to")
