"""What is looked at each day of stock abroad: evidence within 15 days of a sale, silence, goods that do not arrive."""

from __future__ import annotations

from datetime import date

import pytest

from tests.databases import ON_BOTH
from tests.stories.overseas import Overseas, told
from tests.stories.summarising import MERCHANT

pytestmark = ON_BOTH
IN = told("I", "2026-10-01T08:00:00+02:00", "100", lot="L1")
SALE = told("S", "2026-11-20T05:00:00+01:00", "10", lot="L1", ref="O1", price="20", currency="USD")


@pytest.fixture
def overseas(start_story):
    told = Overseas(start_story())
    told.exported_ahead("100")
    return told


@pytest.fixture
def unclaimed(start_story):
    told = Overseas(start_story())
    told.exported("100")
    return told


def advised(overseas):
    """What the merchant was told about cases and drafts: kind, status and code, in the order of times."""
    return [(receipt.fields["adviceKind"], receipt.return_status, receipt.rule) for receipt in overseas.advices()]


def test_evidence_is_asked_for_on_the_fifteenth_day_and_overdue_after_it(overseas):
    overseas.tell(IN, SALE)
    overseas.refunds.on(date(2026, 12, 4))
    assert overseas.cases() == []
    overseas.refunds.on(date(2026, 12, 5))
    assert overseas.cases() == [("E", "asked", "27201")]
    assert advised(overseas) == [("E", "300", "27201")]
    assert overseas.case("E").due == "2026-12-05"
    overseas.refunds.on(date(2026, 12, 6))
    assert overseas.cases() == [("E", "overdue", "27304")]
    overseas.decide(overseas.case("E").case_no, "uncount", "无凭证")
    assert overseas.cases() == [("E", "uncounted", "27304")]
    assert advised(overseas) == [("E", "300", "27201"), ("E", "300", "27304"), ("E", "700", "27303")]


def test_evidence_in_time_leaves_nothing_to_ask_for(overseas):
    overseas.tell(IN, SALE)
    assert overseas.evidence({"ref": "O1", "voucherNo": "RE1"}) == ("120", "27205")
    overseas.refunds.on(date(2026, 12, 20))
    assert overseas.cases() == []


def test_evidence_on_the_last_day_ends_the_case(overseas):
    overseas.tell(IN, SALE, {**SALE, "ref": "O2"})
    overseas.refunds.on(date(2026, 12, 5))
    assert overseas.evidence({"ref": "O1", "voucherNo": "RE1"}, number="PZ1") == ("120", "27205")
    assert overseas.cases() == [("E", "asked", "27201")]
    assert overseas.evidence({"ref": "O2", "itemNo": "SKU1", "voucherNo": "RE2"}, number="PZ2") == ("120", "27205")
    assert overseas.cases() == [("E", "cleared", "27201")]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([{"ref": "O9", "voucherNo": "RE1"}], "27203"),
        ([{"ref": "O1", "itemNo": "SKU2", "voucherNo": "RE1"}], "27203"),
        ([{"ref": "O1", "voucherNo": "RE1"}, {"ref": "O1", "voucherNo": "RE2"}], "27204"),
    ],
)
def test_evidence_of_no_sale_or_beside_another_is_refused(overseas, lines, code):
    overseas.tell(IN, SALE)
    assert overseas.evidence(*lines) == ("100", code)


def test_a_wrong_voucher_is_corrected_by_amending_its_document(overseas):
    overseas.tell(IN, SALE)
    assert overseas.evidence({"ref": "O1", "voucherNo": "WRONG"}) == ("120", "27205")
    assert overseas.evidence({"ref": "O1", "voucherNo": "RE1"}, number="PZ2") == ("100", "27204"), "another document"
    assert overseas.evidence({"ref": "O1", "voucherNo": "RE1"}, app_type="2") == ("120", "27205")
    assert "订单O1的凭证由WRONG更正为RE1" in overseas.receipts("PZ1")[-1].info
    twice = [{"ref": "O1", "voucherNo": "RE2"}, {"ref": "O1", "voucherNo": "RE3"}]
    assert overseas.evidence(*twice, app_type="2") == ("100", "27204"), "two for one sale"


def test_a_sale_without_evidence_does_not_count_until_it_has_some(unclaimed):
    """A sale that an officer does not count is unsold in the draft; the voucher that comes after all makes it count."""
    overseas = unclaimed
    item = overseas.exported("50", fob="1000.00")
    overseas.pre_refunded(item, "50", "1000.00", "500.00")
    second = {**SALE, "invtNo": item[:18], "item": "1"}
    overseas.tell({**IN, "qty": "150"}, second)
    sold = [overseas.drafts()[0].lines[0].sold_qty]
    overseas.refunds.on(date(2027, 1, 10))
    overseas.decide(overseas.case("E").case_no, "uncount", "无凭证")
    sold.append(overseas.drafts()[0].lines[0].sold_qty)
    overseas.evidence({"ref": "O1", "voucherNo": "RE1"})
    sold.append(overseas.drafts()[0].lines[0].sold_qty)
    assert sold == ["10.00", "0.00", "10.00"]


def test_a_late_notice_of_an_old_sale_is_asked_for_at_once(overseas):
    overseas.tell(IN, {**SALE, "eventTime": "2026-10-20T12:00:00+02:00"})
    overseas.refunds.on(date(2026, 11, 21))
    assert overseas.cases() == [("E", "asked", "27201")]
    assert overseas.case("E").due == "2026-11-21"


def test_a_warehouse_that_falls_silent_is_a_case_until_it_speaks(overseas):
    overseas.tell(IN)
    overseas.refunds.on(date(2027, 1, 6))
    assert overseas.cases() == [("S", "open", "27202")]
    overseas.tell(told("C", "2027-01-05T08:00:00+01:00", "100"), asOf="2027-01-06T03:00:00+01:00")
    assert overseas.cases() == [("S", "cleared", "27202")]


def test_no_evidence_is_asked_for_of_what_nobody_claimed_ahead_of_its_sale(unclaimed):
    unclaimed.tell(IN, SALE)
    unclaimed.refunds.on(date(2027, 1, 6))
    assert unclaimed.cases("asked", "overdue") == []


@pytest.mark.parametrize(("back", "cases"), [("10", []), ("9", [("E", "overdue", "27304")])])
@pytest.mark.parametrize("day", ["2026-11-25", "2026-12-05"])
def test_no_evidence_is_asked_for_of_a_sale_that_came_back_as_a_whole(overseas, back, cases, day):
    """Before it is asked for, or since then."""
    overseas.tell(IN, SALE)
    overseas.refunds.on(date.fromisoformat(day))
    overseas.tell(told("R", f"{day}T03:00:00+01:00", back, ref="O1"), asOf=f"{day}T03:00:00+01:00")
    overseas.refunds.on(date(2026, 12, 8))
    assert overseas.cases("asked", "overdue") == cases


def test_a_second_export_that_never_arrives_is_missed_though_nothing_is_on_hand(unclaimed):
    unclaimed.exported("40", day=date(2026, 11, 10))
    unclaimed.tell(told("I", "2026-10-01T08:00:00+02:00", "100"), {**SALE, "qty": "100", "voucherNo": "RE1", "lot": ""})
    unclaimed.refunds.on(date(2027, 3, 1))
    assert unclaimed.cases("open") == [("X", "open", "27114")]


def test_an_export_that_leaves_when_nothing_was_left_to_look_at_is_missed_all_the_same(unclaimed):
    unclaimed.tell(told("I", "2026-10-01T08:00:00+02:00", "100"), {**SALE, "qty": "100", "voucherNo": "RE1", "lot": ""})
    unclaimed.refunds.on(date(2026, 12, 10))
    assert unclaimed.days_waiting() == 0
    unclaimed.exported("40", day=date(2026, 12, 10))
    unclaimed.refunds.deliver("overseas.stock_left", [MERCHANT.code])
    unclaimed.refunds.on(date(2027, 4, 1))
    assert unclaimed.cases("open") == [("X", "open", "27114")]


def test_goods_that_do_not_arrive_are_missed_after_the_days_of_their_country(overseas):
    overseas.exported("40", "KOR", date(2026, 11, 10))
    overseas.tell(told("I", "2026-11-12T08:00:00+09:00", "30"), country="KOR")
    overseas.tell(IN)
    overseas.refunds.on(date(2026, 11, 30))
    assert overseas.cases() == []
    overseas.refunds.on(date(2026, 12, 2))
    assert overseas.cases() == [("X", "open", "27114")]
    overseas.tell(told("I", "2026-11-13T08:00:00+09:00", "10"), country="KOR")
    overseas.refunds.on(date(2026, 12, 3))
    assert overseas.cases() == [("X", "cleared", "27114")]


def test_an_accepted_difference_stays_accepted_as_long_as_it_says_the_same(overseas):
    overseas.tell(IN)
    overseas.tell(told("C", "2026-11-06T00:00:00+01:00", "98"))
    overseas.decide(overseas.case("X").case_no, "accept", "盘点误差")
    assert overseas.cases() == [("X", "accepted", "27107")]
    overseas.tell(told("S", "2026-11-19T12:00:00+01:00", "1", lot="L1", voucherNo="RE1"))
    assert overseas.cases() == [("X", "accepted", "27107")]
    overseas.tell(told("S", "2026-11-05T12:00:00+01:00", "1", lot="L1", voucherNo="RE2"))
    assert overseas.cases() == [("X", "accepted", "27107"), ("X", "open", "27107")]


def test_the_draft_is_told_on_the_first_of_a_month_and_again_when_it_has_changed(unclaimed):
    overseas = unclaimed
    item = overseas.exported("50", fob="1000.00")
    overseas.pre_refunded(item, "50", "1000.00", "500.00")
    overseas.tell({**IN, "qty": "150"}, asOf="2027-01-04T03:00:00+01:00")
    sale = {**SALE, "invtNo": item[:18], "item": "1", "voucherNo": "RE1"}
    overseas.refunds.on(date(2027, 2, 2))
    assert overseas.told_drafts() == ["0.00"]
    overseas.refunds.on(date(2027, 3, 2))
    assert overseas.told_drafts() == ["0.00"]
    overseas.tell(sale, asOf="2027-03-02T03:00:00+01:00")
    overseas.refunds.on(date(2027, 4, 2))
    assert overseas.told_drafts() == ["0.00", "10.00"]
    assert MERCHANT.code in {receipt.fields["ebcCode"] for receipt in overseas.advices()}


def test_the_daily_look_ends_when_nothing_is_left(overseas):
    overseas.tell(IN, told("S", "2026-11-05T12:00:00+01:00", "100", lot="L1", voucherNo="RE1"))
    overseas.refunds.on(date(2026, 11, 25))
    assert overseas.days_waiting() == 0
    overseas.tell(told("R", "2026-11-24T12:00:00+01:00", "1", lot="L1"))
    assert overseas.days_waiting() == 1
