"""A notice cancels or replaces another of its number: what that one told counts no more, in whatever order they come; a
reconciliation that was accepted stays."""

from __future__ import annotations

from datetime import date

import pytest

from single_window.auditing.overseas import audit_ledger
from tests.databases import ON_BOTH
from tests.stories.overseas import Overseas, told

pytestmark = ON_BOTH
IN = told("I", "2026-10-01T08:00:00+02:00", "100", lot="L1")
ALL_BUT_TWO = {**IN, "qty": "98"}
SALE = told("S", "2026-11-20T03:00:00+01:00", "10", lot="L1", ref="O1", price="20", currency="USD")
CANCEL, REPLACE = {"function": "1"}, {"function": "5"}
NOTHING = {("HAM01", "L1"): "0.00"}


@pytest.fixture
def overseas(start_story):
    told = Overseas(start_story())
    told.exported("100")
    return told


@pytest.fixture
def ahead(start_story):
    """What is exported is claimed ahead of its sale, so that vouchers are asked for."""
    told = Overseas(start_story())
    told.exported_ahead("100")
    return told


def sent(overseas, *notices):
    """The answers to notices N1, each its lines and what else its head says."""
    return [overseas.tell(*lines, number="N1", **head) for lines, head in notices]


def weighed(overseas):
    """What is on hand, if the audit finds nothing wrong with it."""
    assert overseas.story.read(audit_ledger).differences == ()
    return overseas.on_hand()


# what is told of N1, one after the other; the answers; what is on hand then
ORDERS = {
    "told and cancelled": ([([IN], {}), ([], CANCEL)], ["27100", "27118"], NOTHING),
    "cancelled with its lines": ([([IN], {}), ([IN], CANCEL)], ["27100", "27118"], NOTHING),
    "cancelled twice": ([([IN], {}), ([], CANCEL), ([], CANCEL)], ["27100", "27118", "27100.again"], NOTHING),
    "cancelled before it came": ([([], CANCEL), ([IN], {})], ["27118.unknown", "27119"], {}),
    "told again after it was cancelled": ([([IN], {}), ([], CANCEL), ([IN], {})], ["27100", "27118", "27119"], NOTHING),
    "replaced after it was cancelled": (
        [([IN], {}), ([], CANCEL), ([ALL_BUT_TWO], REPLACE)],
        ["27100", "27118", "27119"],
        NOTHING,
    ),
    "told and replaced": (
        [([IN], {}), ([ALL_BUT_TWO], REPLACE)],
        ["27100", "27100.replaced"],
        {("HAM01", "L1"): "98.00"},
    ),
    "replaced before it came": (
        [([ALL_BUT_TWO], REPLACE), ([IN], {})],
        ["27100", "27106"],
        {("HAM01", "L1"): "98.00"},
    ),
    "replaced by the same": ([([IN], {}), ([IN], REPLACE)], ["27100", "27100.again"], {("HAM01", "L1"): "100.00"}),
    "an older one replaces nothing": (
        [([IN], {}), ([ALL_BUT_TWO], {**REPLACE, "asOf": "2026-11-20T03:59:00+01:00"})],
        ["27100", "27120"],
        {("HAM01", "L1"): "100.00"},
    ),
    "replaced by more than was exported": (
        [([IN], {}), ([{**IN, "qty": "101"}], REPLACE)],
        ["27100", "27102"],
        {("HAM01", "L1"): "100.00"},
    ),
    "replaced by a notice with bad lines": (
        [([IN], {}), ([{**IN, "unit": "035"}], REPLACE)],
        ["27100", "27110"],
        {("HAM01", "L1"): "100.00"},
    ),
    "replaced and cancelled": (
        [([IN], {}), ([ALL_BUT_TWO], REPLACE), ([], CANCEL)],
        ["27100", "27100.replaced", "27118"],
        NOTHING,
    ),
    "a notice without lines": ([([], {})], ["27110"], {}),
    "an unknown function": ([([IN], {"function": "4"})], ["27110"], {}),
}


@pytest.mark.parametrize("name", ORDERS)
def test_what_a_notice_does_to_another_of_its_number(overseas, name):
    notices, codes, on_hand = ORDERS[name]
    assert [code for _, code in sent(overseas, *notices)] == codes
    assert weighed(overseas) == on_hand


def test_the_sellers_of_a_warehouse_number_their_notices_each_for_himself(overseas):
    other = {**CANCEL, "ebcCode": "3702960XYZ"}
    assert sent(overseas, ([], other), ([IN], {})) == [("120", "27118.unknown"), ("120", "27100")]
    assert sent(overseas, ([], other)) == [("120", "27100.again")]
    assert weighed(overseas) == {("HAM01", "L1"): "100.00"}


def test_parts_that_a_replacement_has_no_more_count_no_more_and_may_come_again(overseas):
    halves = [{**IN, "qty": "50"}, {**IN, "qty": "50", "eventTime": "2026-10-02T08:00:00+02:00"}]
    first, second = {"part": "1", "parts": "2"}, {"part": "2", "parts": "2"}
    sent(overseas, ([halves[0]], first), ([halves[1]], second), ([{**IN, "qty": "49"}], REPLACE))
    assert weighed(overseas) == {("HAM01", "L1"): "49.00"}
    sent(overseas, ([halves[0]], first | REPLACE), ([halves[1]], second | REPLACE))
    assert weighed(overseas) == {("HAM01", "L1"): "100.00"}
    assert sent(overseas, ([], CANCEL)) == [("120", "27118")]
    assert weighed(overseas) == NOTHING


def test_what_was_sold_of_goods_whose_receipt_is_cancelled_is_short_until_it_is_told_again(overseas):
    sent(overseas, ([IN], {}))
    overseas.tell(SALE)
    (answer,) = sent(overseas, ([], CANCEL))
    assert answer == ("300", "27118")
    assert overseas.cases() == [("X", "open", "27103.open")]
    overseas.tell(IN, number="N2")
    assert overseas.cases() == [("X", "cleared", "27103.open")]
    assert weighed(overseas) == {("HAM01", "L1"): "90.00"}


def test_a_sale_that_two_notices_told_counts_as_long_as_one_of_them_does(overseas):
    overseas.tell(IN)
    sent(overseas, ([SALE], {}))
    assert overseas.tell(SALE, number="N9") == ("300", "27111")
    assert sent(overseas, ([], CANCEL)) == [("120", "27118")]
    assert overseas.cases() == [("X", "cleared", "27111")]
    assert weighed(overseas) == {("HAM01", "L1"): "90.00"}
    overseas.tell(number="N9", **CANCEL)
    assert weighed(overseas) == {("HAM01", "L1"): "100.00"}


def test_no_evidence_is_asked_of_a_sale_that_never_was(ahead):
    ahead.tell(IN)
    sent(ahead, ([SALE], {}))
    ahead.refunds.on(date(2026, 12, 5))
    assert ahead.cases() == [("E", "asked", "27201")]
    sent(ahead, ([], CANCEL))
    assert ahead.cases() == [("E", "cleared", "27201")]
    assert ahead.evidence({"ref": "O1", "voucherNo": "RE1"}) == ("100", "27203")


def test_a_sale_that_is_replaced_keeps_its_voucher(overseas):
    overseas.tell(IN)
    sent(overseas, ([SALE], {}))
    overseas.evidence({"ref": "O1", "voucherNo": "RE1"})
    sent(overseas, ([{**SALE, "qty": "9"}], REPLACE))
    assert overseas.evidence({"ref": "O1", "voucherNo": "RE2"}, number="PZ2") == ("100", "27204")
    overseas.refunds.on(date(2026, 12, 20))
    assert overseas.cases() == []


def test_a_replacement_leaves_the_case_of_its_sale_as_it_is(ahead):
    ahead.tell(IN)
    sent(ahead, ([SALE], {}))
    ahead.refunds.on(date(2026, 12, 5))
    sent(ahead, ([{**SALE, "qty": "9"}], REPLACE))
    assert ahead.cases() == [("E", "asked", "27201")]
    assert ahead.evidence({"ref": "O1", "voucherNo": "RE1"}) == ("120", "27205")
    assert ahead.cases() == [("E", "cleared", "27201")]


@pytest.mark.parametrize("ref", ["O1", ""])
def test_what_an_officer_does_not_count_is_not_counted_for_being_told_anew(overseas, ref):
    item = overseas.exported("100", fob="2000.00")
    overseas.pre_refunded(item, "100", "2000.00", "1000.00")
    sale = {**SALE, "ref": ref, "invtNo": item[:18], "item": "1"}
    overseas.tell({**IN, "qty": "200"})
    sent(overseas, ([sale], {}))
    overseas.tell(sale, number="N9")
    overseas.refunds.on(date(2027, 1, 10))
    overseas.decide(overseas.case("E").case_no, "uncount", "无凭证")
    counted = [overseas.drafts()[0].lines[0].sold_qty]
    sent(overseas, ([{**sale, "qty": "12"}], REPLACE))
    counted.append(overseas.drafts()[0].lines[0].sold_qty)
    sent(overseas, ([], CANCEL))
    counted.append(overseas.drafts()[0].lines[0].sold_qty)
    assert counted == ["0.00", "0.00", "0.00"]


def test_a_reconciliation_that_was_accepted_stays_and_its_correction_is_told(overseas):
    first, second = overseas.exported("100", fob="2000.00"), overseas.exported("100", fob="2000.00")
    overseas.pre_refunded(first, "100", "2000.00", "1000.00", "TS1")
    overseas.pre_refunded(second, "100", "2000.00", "1000.00", "TS2")
    named = {"invtNo": first[:18], "item": "1"}
    overseas.tell({**IN, "qty": "300"})
    sent(overseas, ([{**SALE, "qty": "40", **named}], {}))
    assert overseas.draft_sent("TS1")[-1][0] == "120"
    sent(overseas, ([{**SALE, "qty": "37", **named}], REPLACE))
    assert overseas.corrections() == [("TS1", first, "40.00", "37.00", "-3.00")]
