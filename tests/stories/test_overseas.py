"""Goods wait in warehouses abroad (9810); what these tell is booked, and becomes the draft of a reconciliation."""

from __future__ import annotations

from datetime import date

import pytest

from single_window.auditing import overseas as auditing
from tests.databases import ON_BOTH
from tests.stories.overseas import Overseas, told
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH


def test_a_pallet_in_hamburg_is_reconciled_to_the_fen(start_story) -> None:
    """O2: 500 pieces bought for 80.00 each, refunded 5,200.00 ahead of sale; 300 are sold, two lost: 3,120.00 is right
    and 2,080.00 is repaid."""
    story: StoryRunner = start_story()
    overseas = Overseas(story)
    item = overseas.exported("500", fob="50000.00")
    overseas.pre_refunded(item, "500", "50000.00", "40000.00")
    assert overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "500", lot="L1")) == ("120", "27100")
    sale = {"lot": "L1", "price": "100", "currency": "USD", "voucherNo": "RE1"}
    assert overseas.tell(told("S", "2026-11-05T12:00:00+01:00", "300", ref="O1", **sale)) == ("120", "27100")
    assert overseas.tell(told("A", "2026-11-06T12:00:00+01:00", "-2", lot="L1")) == ("120", "27100")
    assert overseas.on_hand() == {("HAM01", "L1"): "198.00"}
    overseas.refunds.on(date(2027, 2, 10))
    (draft,) = overseas.drafts()
    (line,) = draft.lines
    assert (line.sold_qty, line.amount, line.currency, line.outcome) == ("300.00", "30000.00", "USD", "B")
    assert (line.lost, line.destroyed, line.unsold) == ("2.00", "0.00", "200.00")
    assert (line.refund, line.correct, line.repay, line.offset) == ("5200.00", "3120.00", "2080.00", "0.00")
    assert (draft.until, line.estimated) == ("2027-04-30", False)
    assert [status for status, _ in overseas.draft_sent()] == ["2", "120"]
    entries = [(entry.kind, entry.amount // 1000) for entry in overseas.refunds.rows("refund_entry")]
    assert ("recovered", 208_000) in entries, entries
    assert overseas.drafts() == ()
    assert overseas.refunds.unbalanced() == []


def test_what_comes_back_before_the_reconciliation_lessens_it_and_after_it_is_to_be_repaid(start_story) -> None:
    overseas = Overseas(start_story())
    first, second = overseas.exported("100", fob="2000.00"), overseas.exported("100", fob="2000.00")
    overseas.pre_refunded(first, "100", "2000.00", "1000.00", "TS1")
    overseas.pre_refunded(second, "100", "2000.00", "1000.00", "TS2")
    sale = {"price": "20", "currency": "USD", "voucherNo": "RE1"}
    overseas.tell(
        told("I", "2026-10-01T08:00:00+02:00", "200"),
        told("S", "2026-11-01T12:00:00+01:00", "100", ref="O1", **sale),
        told("S", "2026-11-02T12:00:00+01:00", "50", ref="O2", **sale),
        told("R", "2026-11-05T12:00:00+01:00", "5", ref="O2"),
    )
    overseas.refunds.on(date(2027, 2, 10))
    drafts = {draft.claim_no: draft for draft in overseas.drafts()}
    assert [drafts[claim].lines[0].sold_qty for claim in ("TS1", "TS2")] == ["100.00", "45.00"]
    assert drafts["TS1"].lines[0].outcome == "A"
    assert [status for status, _ in overseas.draft_sent("TS1")] == ["2", "120"]
    before = [(row.state, row.refund) for row in overseas.refunds.rows("refund_claim", cop_no="TS1")]
    overseas.tell(told("R", "2027-02-09T12:00:00+01:00", "3", ref="O1"), asOf="2027-02-10T03:00:00+01:00")
    (left,) = overseas.drafts()
    assert left.claim_no == "TS2"
    assert overseas.corrections() == [("TS1", first, "100.00", "97.00", "-3.00")]
    assert [(row.state, row.refund) for row in overseas.refunds.rows("refund_claim", cop_no="TS1")] == before
    assert left.lines[0].sold_qty == "45.00"


def test_what_comes_back_after_its_reconciliation_is_a_case_until_its_refund_is_repaid(start_story) -> None:
    """No claim waits any more: the company is told all the same, gets the draft of its repayment, and claims again."""
    overseas = Overseas(start_story())
    item = overseas.exported("100", fob="2000.00")
    overseas.pre_refunded(item, "100", "2000.00", "1000.00", "TS1")
    sale = {"price": "20", "currency": "USD", "voucherNo": "RE1"}
    overseas.tell(
        told("I", "2026-10-01T08:00:00+02:00", "100"),
        told("S", "2026-11-01T12:00:00+01:00", "100", ref="O1", **sale),
    )
    overseas.refunds.on(date(2027, 2, 10))
    overseas.draft_sent("TS1")
    overseas.tell(told("R", "2027-02-09T12:00:00+01:00", "30", ref="O1"), asOf="2027-02-10T03:00:00+01:00")
    assert (overseas.drafts(), overseas.corrections()) == ((), [("TS1", item, "100.00", "70.00", "-30.00")])
    overseas.refunds.on(date(2027, 2, 11))
    assert overseas.cases("open") == [("X", "open", "27122")]
    assert "the claim TS1 is refunded for 100.00" in overseas.advices()[-1].text_in("en")
    assert overseas.repayment_sent("TS1") == [("120", "20500")]
    (claim,) = overseas.refunds.rows("refund_claim", cop_no="TS1")
    assert (claim.state, claim.recovered, claim.paid) == ("settled", claim.refund * 30 // 100, claim.refund)
    overseas.refunds.on(date(2027, 2, 12))
    assert (overseas.cases("open"), overseas.corrections()) == ([], [])
    overseas.tell(told("S", "2027-02-12T12:00:00+01:00", "30", ref="O2", **sale), asOf="2027-02-13T03:00:00+01:00")
    assert overseas.corrections() == [("TS1", item, "70.00", "100.00", "30.00")]
    assert overseas.claimed_sold(item, "30", "600.00", "300.00", "TS3") == ("120", "20500")
    assert overseas.corrections() == []


def test_what_a_reconciled_claim_said_is_sold_is_its_own_though_an_older_claim_waits(start_story) -> None:
    overseas = Overseas(start_story())
    item = overseas.exported("100", fob="2000.00")
    overseas.pre_refunded(item, "60", "1200.00", "600.00", "TS1")
    overseas.pre_refunded(item, "40", "800.00", "400.00", "TS2")
    sale = {"price": "20", "currency": "USD", "voucherNo": "RE1"}
    overseas.tell(
        told("I", "2026-10-01T08:00:00+02:00", "100"),
        told("S", "2026-11-01T12:00:00+01:00", "100", ref="O1", **sale),
    )
    overseas.refunds.on(date(2027, 2, 10))
    overseas.draft_sent("TS2")
    assert [draft.claim_no for draft in overseas.drafts()] == ["TS1"]
    overseas.tell(told("R", "2027-02-09T12:00:00+01:00", "55", ref="O1"), asOf="2027-02-10T03:00:00+01:00")
    assert (overseas.corrections(), overseas.drafts()[0].lines[0].sold_qty) == ([], "5.00")


def test_what_comes_back_after_an_ordinary_claim_for_it_is_to_be_repaid(start_story) -> None:
    """Only what came back: warehouses may not have told of all that was sold."""
    overseas = Overseas(start_story())
    item = overseas.exported("100", fob="2000.00")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100"))
    overseas.claimed_sold(item, "40", "800.00", "400.00", "TS1")
    overseas.paid("TS1")
    assert overseas.corrections() == []
    overseas.tell(told("R", "2026-11-09T12:00:00+01:00", "3", ref="O1"))
    assert overseas.corrections() == [("TS1", item, "40.00", "37.00", "-3.00")]


def test_the_draft_of_an_item_that_was_claimed_in_part_before_has_the_prices_of_its_own_pieces(start_story) -> None:
    overseas = Overseas(start_story())
    item = overseas.exported("100", fob="2000.00")
    overseas.claimed_sold(item, "40", "800.00", "400.00", "TS1")
    overseas.paid("TS1")
    overseas.pre_refunded(item, "60", "1200.00", "600.00", "TS2")
    overseas.tell(
        told("I", "2026-10-01T08:00:00+02:00", "100"),
        told("S", "2026-10-05T12:00:00+02:00", "40", ref="O1", price="15", currency="USD", voucherNo="RE1"),
        told("S", "2026-10-06T12:00:00+02:00", "10", ref="O2", price="30", currency="USD", voucherNo="RE2"),
    )
    (line,) = overseas.drafts()[0].lines
    assert (line.sold_qty, line.amount, line.receipts) == ("10.00", "300.00", {"USD": "300.00"})


def test_a_sale_on_the_last_day_by_the_clock_of_seoul_is_in_time_and_one_in_berlin_late(start_story) -> None:
    """The reconciliation ends on 30 April; a sale counts by its day in Shanghai."""
    overseas = Overseas(start_story())
    sold = {}
    sales = {
        "KOR": "2027-04-30T23:30:00+09:00",
        "JPN": "2027-05-01T00:30:00+09:00",
        "DEU": "2027-04-30T18:30:00+02:00",
    }
    for number, country in enumerate(sales):
        item = overseas.exported("10", country, fob="200.00")
        overseas.claimed_ahead(item, "10", "200.00", "100.00", f"TS{number}")
    overseas.paid("TS0", "TS1", "TS2")
    overseas.refunds.on(date(2027, 4, 30))
    for number, (country, at) in enumerate(sales.items()):
        zone = "+02:00" if country == "DEU" else "+09:00"
        lines = [
            told("I", f"2026-10-20T08:00:00{zone}", "10"),
            told("S", at, "10", price="20", currency="USD", voucherNo="RE1"),
        ]
        status = overseas.tell(*lines, country=country, asOf=f"2027-05-01T01:00:00{zone}")
        assert status[0] == "120", (country, status)
        sold[country] = {draft.claim_no: draft for draft in overseas.drafts()}[f"TS{number}"].lines[0].sold_qty
    assert sold == {"KOR": "10.00", "JPN": "10.00", "DEU": "0.00"}


def test_an_export_that_nobody_tells_of_costs_nothing(start_story) -> None:
    overseas = Overseas(start_story())
    overseas.exported("100")
    overseas.refunds.on(date(2027, 1, 10))
    assert (overseas.days_waiting(), overseas.cases(), overseas.drafts()) == (0, [], ())


HAMBURG_TO_TOKYO = {"ref": "TR1", "toWarehouse": "TYO01"}
OUT = told("T", "2026-10-10T08:00:00+02:00", "30", **HAMBURG_TO_TOKYO)
INTO = told("T", "2026-10-25T08:00:00+09:00", "30", **HAMBURG_TO_TOKYO)
SALE_IN_TOKYO = told("S", "2026-11-02T12:00:00+09:00", "12", ref="O7", price="20", currency="USD", voucherNo="RE7")


@pytest.mark.parametrize(
    ("order", "answers"),
    [
        (("out", "into", "sale"), ["27100", "27100", "27100"]),
        (("out", "sale", "into"), ["27100", "27103.open", "27100"]),
        (("into", "sale", "out"), ["27100", "27100", "27100"]),
    ],
)
def test_what_a_transfer_brings_to_another_country_is_sold_there_of_its_export(start_story, order, answers) -> None:
    overseas = Overseas(start_story())
    item = overseas.exported("100", fob="2000.00")
    overseas.pre_refunded(item, "100", "2000.00", "1000.00", "TS1")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100"))
    told_there = {"out": (OUT, "DEU"), "into": (INTO, "JPN"), "sale": (SALE_IN_TOKYO, "JPN")}
    given = [overseas.tell(told_there[name][0], country=told_there[name][1])[1] for name in order]
    assert given == answers
    assert overseas.on_hand() == {("HAM01", ""): "70.00", ("TYO01", ""): "18.00"}
    (line,) = overseas.drafts()[0].lines
    assert (line.sold_qty, line.amount) == ("12.00", "240.00")
    overseas.refunds.on(date(2027, 2, 10))
    assert overseas.cases("open") == []
    assert overseas.story.read(auditing.audit_ledger).balanced


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([SALE_IN_TOKYO], "27101"),  # no transfer is told
        ([{**INTO, "itemNo": "SKU9"}], "27101"),  # goods that were exported nowhere
        ([{**INTO, "event": "I", "toWarehouse": ""}], "27101"),  # from China nothing came there
        ([INTO, {**SALE_IN_TOKYO, "qty": "31"}], "27103"),
    ],
)
def test_what_no_transfer_brought_to_another_country_is_refused(start_story, lines, code) -> None:
    overseas = Overseas(start_story())
    overseas.exported("100")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100"))
    assert overseas.tell(*lines, country="JPN") == ("100", code)


def test_a_sale_that_is_told_before_the_return_that_it_rests_on_is_booked_with_it(start_story) -> None:
    overseas = Overseas(start_story())
    item = overseas.exported("100", fob="2000.00")
    overseas.pre_refunded(item, "100", "2000.00", "1000.00", "TS1")
    sale = {"price": "20", "currency": "USD", "voucherNo": "RE1"}
    overseas.tell(
        told("I", "2026-10-01T08:00:00+02:00", "100"),
        told("S", "2026-11-01T12:00:00+01:00", "100", ref="O1", **sale),
    )
    again = told("S", "2026-11-09T12:00:00+01:00", "1", ref="O2", **{**sale, "price": "50"})
    assert overseas.tell(again) == ("300", "27103.open")
    assert overseas.drafts()[0].lines[0].amount == "2000.00"
    assert overseas.tell(told("R", "2026-11-05T12:00:00+01:00", "1", ref="O1")) == ("120", "27100")
    assert overseas.cases() == [("X", "cleared", "27103.open")]
    (line,) = overseas.drafts()[0].lines
    assert (line.sold_qty, line.amount) == ("100.00", "2030.00")
    assert overseas.story.read(auditing.audit_ledger).balanced
