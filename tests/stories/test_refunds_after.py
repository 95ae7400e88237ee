"""What becomes of claims after they are taken in: officers, exchange, goods that come back, stock abroad."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from msgspec import structs
from sqlalchemy import select

from declarations.money import scaled_from_text
from single_window.store.tables import timeline
from tests.databases import ON_BOTH, fetch
from tests.stories.exporting import Sale, facts, invt_no, note, refund, statuses, tally
from tests.stories.refunding import MERCHANT, TABLES, WORLD, Refunding, bought, export, inventory, line, purchase
from tests.stories.summarising import Summarising

pytestmark = ON_BOTH
DRIVER = Refunding
NORMAL_END = date(2027, 5, 1)


@pytest.fixture
def item(driver):
    number = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    return number


def claimed(driver, item, number="TS2", **changes):
    driver.story.submit(driver.claim([export(item, **changes), purchase("FP1")], number))
    assert driver.answers(number)[-1] == ("120", "20500")


def ledgers(driver):
    """What is taken of invoices and items, and which exchange proves claims."""
    return (
        [invoice_line.used for invoice_line in driver.rows("vat_invoice_line")],
        [export_item.used for export_item in driver.rows("export_item")],
        [pool.used for pool in driver.rows("exchange_pool")],
    )


# officers


def test_an_officer_requests_a_correction_and_the_company_sends_it(driver, item):
    claimed(driver, item, "TS1")
    driver.reviewed()
    assert driver.answers("TS1")[-1] == ("300", "20502")
    driver.act("ask", "TS1", reason="请补充合同")
    assert driver.answers("TS1")[-1] == ("300", "20503")
    driver.story.submit(
        driver.claim([export(item, qty="1", fob="12.90"), purchase("FP1", qty="1", amount="10.00")], "TS1", appType="2")
    )
    assert driver.answers("TS1")[-1] == ("120", "20500")
    assert ledgers(driver)[:2] == ([100_000], [100_000])
    driver.reviewed()
    assert driver.notices("TS1") == [("1", "1.30")]


def test_a_decision_about_a_claim_that_moved_on_since_is_not_carried_out(driver, item):
    claimed(driver, item, "TS1")
    seen = driver.claim_row("TS1").version
    driver.act("ask", "TS1", reason="请说明", seen=seen, act="first")
    driver.act("approve", "TS1", seen=seen, act="second")
    assert driver.claim_row("TS1").state == "asked" and driver.notices("TS1") == []
    driver.act("approve", "TS1", seen=driver.claim_row("TS1").version, act="third")
    assert driver.claim_row("TS1").state == "paid"


def test_an_officer_refuses_and_all_is_free_again(driver, item):
    claimed(driver, item, "TS1")
    driver.reviewed()
    driver.act("refuse", "TS1", reason="货物流不符")
    assert driver.answers("TS1")[-1] == ("100", "20501")
    assert ledgers(driver)[:2] == ([0], [0])
    assert [invoice.state for invoice in driver.rows("vat_invoice")] == ["accepted"]


def test_a_claim_with_a_requested_correction_may_be_withdrawn(driver, item):
    claimed(driver, item, "TS1")
    driver.act("ask", "TS1", reason="请说明")
    driver.story.submit(driver.claim([export(item), purchase("FP1")], "TS1", appType="3"))
    assert driver.claim_row("TS1").state == "deleted"
    assert ledgers(driver)[:2] == ([0], [0])


def test_an_officer_reduces_and_may_recover(driver, item):
    claimed(driver, item)
    driver.act("reduce", amount="1.00", reason="部分凭证不合规")
    assert driver.answers()[-2:] == [("399", "20505"), ("800", "20506")]
    assert driver.notices() == [("1", "1.00")]
    driver.act("recover", reason="复核")
    assert driver.answers()[-1] == ("700", "20507")
    assert driver.notices() == [("1", "1.00"), ("2", "1.00")]
    assert driver.net() == 0
    driver.act("approve")
    assert facts(driver.story, "TS2")[-1].event == "action_refused"


def test_the_automatic_officer_decides(start_story):
    driver = Refunding(start_story(automatic_officer=True))
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    claimed(driver, item, "TS1")
    driver.reviewed(60)
    assert driver.claim_row("TS1").state in {"paid", "rejected"}


# exchange


def test_exchange_that_is_there_proves_a_claim_once(driver):
    first, two = (driver.summarised([inventory(place)], cop_no=f"HZ{place}")[0] for place in (1, 2))
    driver.story.submit(driver.paper(lines=[bought(qty="4", amount="40.00")]))
    driver.leg("25.80", entry=first)
    claimed(driver, first + "001", "TS3")
    assert driver.claim_row("TS3").exchange == "collected"
    claimed(driver, two + "001", "TS4")
    assert driver.claim_row("TS4").exchange == "due"
    driver.leg("25.80", currency="502", entry=two)
    assert driver.claim_row("TS4").exchange == "collected"
    assert sorted(ledgers(driver)[2]) == [2_580_000, 2_580_000]


@pytest.mark.parametrize("late", ["USD", "EUR"])
def test_a_refund_without_exchange_is_recovered_and_restored_when_it_comes(driver, item, late):
    claimed(driver, item)
    driver.reviewed()
    driver.on(date(2027, 4, 30))
    assert driver.claim_row().state == "paid"
    if late == "EUR":
        driver.leg("25.80", currency="EUR", entry=item[:18])
    driver.on(NORMAL_END)
    assert driver.answers()[-1] == ("700", "20581" if late == "EUR" else "20580")
    assert (driver.net(), driver.claim_row().exchange) == (0, "missing")
    driver.leg("25.80", entry=item[:18])
    assert driver.answers()[-1] == ("800", "20508")
    assert driver.notices() == [("1", "2.60"), ("2", "2.60"), ("1", "2.60")]
    assert driver.net() == 260_000


def test_orders_prove_the_claims_of_their_summary(driver):
    item = driver.summarised([inventory(7)])[0] + "001"
    driver.story.submit(driver.paper())
    claimed(driver, item)
    driver.leg("25.80", order="SM000000007")
    assert driver.claim_row().exchange == "collected"


@pytest.mark.parametrize("mode", ["9610", pytest.param("9710", marks=pytest.mark.long)])
@pytest.mark.parametrize("named", ["declaration", "list", "order"])
def test_exchange_that_was_collected_for_another_company_does_not_count(driver, mode, named):
    summaries = Summarising(driver.story)
    listed = number = summaries.closed([inventory(7, mode=mode)], date(2026, 10, 10))[0]
    if mode == "9610":
        driver.story.submit(summaries.request([listed]))
        number = summaries.made()[0].entry_id
    driver.story.submit(driver.paper())
    claimed(driver, number + "001")
    place = {"order": "SM000000007"} if named == "order" else {"entry": listed if named == "list" else number}
    driver.leg("25.80", merchant=WORLD.merchants[1].code, **place)
    driver.deliver("exchange.collected", [MERCHANT.code, [place.get("entry", "")], [place.get("order", "")]])
    assert driver.claim_row().exchange == "due"
    driver.leg("25.80", **place)
    assert driver.claim_row().exchange == "collected"


# goods that come back


@pytest.fixture
def sold(driver):
    """A parcel of two pieces that was exported and summarised: its sale and its item."""
    sale = Sale()
    driver.story.submit(*sale.messages(), note("arrival_note", [sale]), note("departure_note", [sale], "LJ1"))
    summaries = Summarising(driver.story)
    driver.story.submit(summaries.request([invt_no(driver.story, sale)]))
    driver.on(date(2026, 12, 2))
    driver.story.submit(driver.paper(lines=[bought(gname="针织短袖衫")]))
    return sale, summaries.made()[0].entry_id + "001"


def lines_of(item):
    return [export(item, gname="针织短袖衫"), purchase("FP1", gname="针织短袖衫")]


@pytest.fixture
def refunded(driver, sold):
    """The parcel, after it was refunded."""
    driver.story.submit(driver.claim(lines_of(sold[1])))
    driver.reviewed()
    assert driver.notices() == [("1", "2.60")]
    return sold


def comes_back(driver, sale):
    driver.story.submit(refund(sale, invt_no(driver.story, sale)))
    driver.story.pass_time(days=2)
    driver.story.submit(tally())
    assert statuses(driver.story, sale.id, "export_refund")[-1] == ("800", "2600")


def reasons_of_return(driver, sale):
    return {
        rule
        for row in facts(driver.story, sale.id)
        if row.kind == "export_refund"
        for rule in row.reasons.split('"')
        if rule[:1].isdigit()
    }


def test_goods_that_come_back_are_taxed_and_their_refund_is_recovered(driver, refunded):
    sale, _ = refunded
    comes_back(driver, sale)
    assert {"17414", "17425"} <= reasons_of_return(driver, sale)
    assert driver.answers()[-1] == ("700", "20628")
    assert driver.notices()[-1] == ("2", "1.30")
    assert driver.net() == 130_000
    assert ledgers(driver)[:2] == ([100_000], [100_000])
    assert [export_item.returned for export_item in driver.rows("export_item")] == [100_000]
    request = next(paper for paper in driver.rows("refund_paper") if paper.kind == "export_return")
    driver.deliver("customs.export_returned", [0, int(request.key)])
    assert driver.net() == 130_000


def test_goods_that_come_back_after_a_recovery_are_not_restored_with_the_rest(driver, refunded):
    sale, item = refunded
    driver.on(date(2027, 5, 2))
    assert (driver.claim_row().state, driver.net()) == ("to_repay", 0)
    comes_back(driver, sale)
    driver.leg("25.80", entry=item[:18])
    assert (driver.claim_row().state, driver.net()) == ("paid", 130_000)
    assert ledgers(driver)[:2] == ([100_000], [100_000])


def test_goods_refunded_after_a_certificate_that_they_were_not_are_recovered_all_the_same(driver, sold):
    sale, item = sold
    driver.story.submit(
        driver.repayment([{"gnum": "1", "itemNo": item, "qty": "2"}], claim="", invtNo=invt_no(driver.story, sale))
    )
    assert driver.notices("BJ1") == [("5", "0.00")]
    driver.story.submit(driver.claim(lines_of(item)))
    driver.reviewed()
    comes_back(driver, sale)
    assert driver.net() == 130_000
    assert [export_item.returned for export_item in driver.rows("export_item")] == [100_000]


@pytest.mark.parametrize(("number", "words"), [("TS2", "已受理"), ("TS9", "没有该申报")])
def test_a_repayment_of_what_is_not_paid_says_in_words_where_the_claim_is(driver, item, number, words):
    claimed(driver, item)
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], claim=number))
    assert driver.answers("BJ1", "RefundRepaymentReturn")[-1] == ("100", "20621")
    assert f'"{words}"' in driver.rows("refund_paper")[0].reasons


def test_goods_whose_refund_was_repaid_come_back_free(driver, refunded):
    sale, item = refunded
    number = invt_no(driver.story, sale)
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": item, "qty": "2"}], invtNo=number))
    assert driver.notices("BJ1") == [("5", "2.60")]
    comes_back(driver, sale)
    assert {"17413"} <= reasons_of_return(driver, sale)
    assert "17425" not in reasons_of_return(driver, sale)
    assert (driver.net(), driver.claim_row().state) == (0, "settled")
    assert [(export_item.used, export_item.returned) for export_item in driver.rows("export_item")] == [(0, 200_000)]


def test_goods_that_came_back_are_not_claimed(driver, sold):
    comes_back(driver, sold[0])
    driver.story.submit(driver.claim(lines_of(sold[1])))
    assert driver.answers()[-1] == ("100", "20211")


def test_goods_that_come_back_while_a_claim_is_reviewed_bring_an_officer(driver, sold):
    driver.story.submit(driver.claim(lines_of(sold[1])))
    comes_back(driver, sold[0])
    driver.reviewed()
    assert driver.answers()[-1] == ("300", "20502")
    assert "20561" in {rule for row in facts(driver.story, "TS2") for rule in row.reasons.split('"')}


def test_a_claim_whose_goods_came_back_is_approved_in_full_only_with_a_reason(driver, sold):
    driver.story.submit(driver.claim(lines_of(sold[1])))
    comes_back(driver, sold[0])
    driver.reviewed()
    driver.act("approve", act="first")
    assert driver.claim_row().state == "in_review"
    noted = fetch(
        driver.story.window.engine, select(timeline.c.reasons).where(timeline.c.event == "action_refused")
    ).scalar_one()
    assert "20569" in noted
    driver.act("approve", reason="已补缴税款", act="second")
    assert driver.claim_row().state == "paid" and ("399", "20566") in driver.answers()


def test_goods_that_came_back_since_an_officer_looked_stop_his_approval(driver, sold):
    driver.story.submit(driver.claim(lines_of(sold[1])))
    driver.act("ask", reason="请说明", act="first")
    comes_back(driver, sold[0])
    driver.act("approve", act="second")
    assert driver.claim_row().state == "asked"


def test_a_repayment_gives_a_certificate_and_settles_the_claim(driver, item):
    claimed(driver, item)
    driver.reviewed()
    driver.story.submit(
        driver.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], "BJ1", invtNo="42272026E000000001")
    )
    assert driver.answers("BJ1", "RefundRepaymentReturn")[-1] == ("120", "20500")
    assert driver.notices("BJ1") == [("5", "1.30")]
    assert driver.net() == 130_000
    assert ledgers(driver)[:2] == ([100_000], [100_000])
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], "BJ2"))
    assert driver.answers()[-1] == ("899", "20509")
    assert (driver.net(), driver.claim_row().state) == (0, "settled")
    assert ledgers(driver)[:2] == ([0], [0])
    assert [export_item.returned for export_item in driver.rows("export_item")] == [200_000]


def test_goods_claimed_in_their_second_unit_come_back_in_the_first(driver):
    """Three pieces of 1.00 kg: bought and claimed by weight, repaid by the piece."""
    weighed = structs.replace(line(qty="3", amount="30.00"), qty2=scaled_from_text("1"), unit2="035")
    item = driver.listed(50, "9710", date(2026, 10, 10), weighed) + "001"
    driver.story.submit(driver.paper(lines=[bought(qty="1", amount="20.00", unit="035")]))
    driver.story.submit(
        driver.claim(
            [export(item, qty="1", fob="30.00", unit="035"), purchase("FP1", qty="1", amount="20.00", unit="035")]
        )
    )
    driver.reviewed()
    assert ledgers(driver)[:2] == ([100_000], [300_000])
    left = []
    for place in range(3):
        driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], f"BJ{place}"))
        left.append((driver.net(), *ledgers(driver)[:2]))
    assert left == [(173_000, [66_667], [200_000]), (87_000, [33_334], [100_000]), (0, [0], [0])]
    assert driver.claim_row().state == "settled"


@pytest.mark.parametrize("claim", ["", "TS2"])
@pytest.mark.parametrize(("invt_no", "rule"), [("{other}", "20631"), ("42272026E999999999", "20630")])
def test_no_certificate_is_for_a_list_of_which_other_goods_are_named(driver, claim, invt_no, rule):
    """Else whoever repays for one parcel could bring back another, whose refund he keeps."""
    named, other = (driver.listed(number, "9710", date(2026, 10, 10)) for number in (50, 51))
    driver.story.submit(driver.paper())
    claimed(driver, (named if claim else other) + "001")
    driver.reviewed()
    driver.story.submit(
        driver.repayment(
            [{"gnum": "1", "itemNo": named + "001", "qty": "1"}], claim=claim, invtNo=invt_no.format(other=other)
        )
    )
    assert driver.answers("BJ1", "RefundRepaymentReturn")[-1][0] == "100"
    assert f'"{rule}"' in driver.rows("refund_paper")[0].reasons
    assert (driver.net(), driver.notices("BJ1")) == (260_000, [])


def test_a_refund_that_was_settled_and_kept_is_no_unrefunded_list(driver):
    ahead = driver.listed(50, "9810", date(2026, 10, 10))
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(ahead + "001", saleState="0"), purchase("FP1")], business="HWC-YT"))
    driver.reviewed()
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead + "001", "2", "25.80")))
    assert driver.claim_row().state == "settled"
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": ahead + "001", "qty": "1"}], claim="", invtNo=ahead))
    assert driver.answers("BJ1", "RefundRepaymentReturn")[-1] == ("100", "20620")


# stock abroad


@pytest.fixture
def ahead(driver):
    """A claim ahead of sale that is paid: two pieces, 2.60."""
    number = driver.listed() + "001"
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(number, saleState="0"), purchase("FP1")], business="HWC-YT"))
    assert driver.answers()[-1] == ("120", "20500")
    driver.reviewed(25)
    assert driver.notices() == [("1", "2.60")]
    return number


def declared_sale(item, sold="2", amount="25.80", outcome="A"):
    return [
        {
            "gnum": "1",
            "linkNo": "L1",
            "itemNo": item,
            "soldQty": sold,
            "currency": "USD",
            "amount": amount,
            "outcome": outcome,
        }
    ]


@pytest.mark.parametrize(
    ("lines", "net", "used"),
    [
        (dict(), 260_000, 200_000),
        (dict(sold="1", amount="12.90", outcome="B"), 130_000, 100_000),
        (dict(sold="0", amount="0", outcome="C"), 0, 0),
    ],
)
def test_a_reconciliation_leaves_what_is_due(driver, ahead, lines, net, used):
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead, **lines)))
    assert driver.answers("HS1", "RefundReconciliationReturn")[-1] == ("120", "20500")
    assert driver.answers()[-1] == ("899", "20509")
    assert (driver.net(), ledgers(driver)[:2]) == (net, ([used], [used]))


def test_what_came_back_before_it_was_sold_is_not_reconciled(driver, ahead):
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": ahead, "qty": "1"}]))
    assert driver.net() == 130_000
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead), "HS0"))
    assert driver.answers("HS0", "RefundReconciliationReturn")[-1] == ("100", "20642")
    driver.story.submit(driver.reconciliation(declared_sale(ahead, "1", "12.90")))
    assert driver.answers()[-1] == ("899", "20509")
    assert (driver.net(), ledgers(driver)[:2]) == (130_000, ([100_000], [100_000]))


def test_what_an_officer_recovered_is_only_closed_by_its_reconciliation(driver, ahead):
    driver.act("recover", reason="复核")
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead)))
    assert driver.answers()[-1] == ("899", "20509")
    assert (driver.net(), ledgers(driver)[:2]) == (0, ([0], [0]))
    assert [account.blocked for account in driver.rows("refund_account")] == [0]


def test_what_is_sent_again_changes_nothing(driver, item):
    claimed(driver, item)
    driver.reviewed()
    driver.leg("25.80", entry=item[:18])
    before = [driver.rows(name) for name in TABLES]
    claim, paper = driver.claim_row(), driver.rows("vat_invoice")[0]
    for topic, entry in (
        ("agency.refund_claim", [claim.document_id, "TS2"]),
        ("deadline.exchange", [claim.id]),
        ("agency.vat_invoice", [paper.document_id, "FP1"]),
        ("deadline.reconciliation", [claim.id]),
        ("deadline.refund_review", [claim.id, "review"]),
        ("decision.refund_claim", [claim.id, 0, 0, "approve", "", "x", {}]),
        ("exchange.collected", [claim.ebc_code, [item[:18]], []]),
    ):
        driver.deliver(topic, entry)
    assert [driver.rows(name) for name in TABLES] == before


def test_what_came_back_is_given_back_once(driver, ahead):
    """A piece is repaid, the rest is never reconciled, recovered, and freed late."""
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": ahead, "qty": "1"}]))
    driver.on(date(2028, 5, 1))
    assert (driver.net(), driver.claim_row().state) == (0, "to_repay")
    driver.story.submit(driver.reconciliation(declared_sale(ahead, "1", "12.90")))
    assert driver.claim_row().state == "settled"
    assert ledgers(driver)[:2] == ([0], [0])
    assert [(invoice_line.used_amount, invoice_line.qty) for invoice_line in driver.rows("vat_invoice_line")] == [
        (0, 200_000)
    ]


def test_the_input_tax_of_a_month_is_refunded_to_a_manufacturer_once(driver):
    month = dict(kind="M", outputVat="0", inputVat="10.00")
    lines = [[export(driver.listed(number, "9710", date(2026, 10, 10)) + "001")] for number in (50, 51)]
    driver.story.submit(driver.claim(lines[0], "TS2", **month))
    driver.story.submit(driver.claim(lines[1], "TS3", **month))
    assert driver.answers("TS2")[-1] == ("120", "20500")
    assert (driver.claim_row("TS3").state, driver.answers("TS3")[-1][0]) == ("rejected", "100")
    assert '"20534"' in driver.claim_row("TS3").reasons
    driver.act("ask", "TS2", reason="请说明")
    driver.story.submit(driver.claim(lines[0], "TS2", appType="2", **month))
    assert driver.answers("TS2")[-1] == ("120", "20500")
    driver.act("refuse", "TS2", reason="不实")
    driver.story.submit(driver.claim(lines[1], "TS3", **month))
    assert driver.answers("TS3")[-1] == ("120", "20500")


def test_a_manufacturer_who_sold_for_less_owes_the_difference_to_the_next_claim(driver):
    """The case O1 of the rules: of 1,300 yuan paid ahead, 1,235 are due, and the next refund is 65 less."""
    number = driver.listed(50, "9810", date(2026, 10, 10), line(qty="100", amount="2000.00"))
    month = dict(kind="M", outputVat="0", inputVat="9000.00")
    lines = [export(number + "001", qty="100", fob="2000.00", saleState="0")]
    driver.story.submit(driver.claim(lines, business="HWC-YT", **month))
    driver.reviewed(25)
    before = driver.claim_row()
    assert (before.state, before.refund > 0, before.credited) == ("paid", True, 0)
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(number + "001", "100", "1900.00", "B")))
    assert driver.answers()[-1] == ("899", "20509")
    owed = before.refund - round(before.refund * 0.95 / 1000) * 1000
    assert (driver.net(), [account.set_off for account in driver.rows("refund_account")]) == (
        before.refund - owed,
        [owed],
    )
    other = driver.listed(51, "9710", date(2026, 12, 10), line(qty="100", amount="2000.00"))
    driver.story.submit(
        driver.claim([export(other + "001", qty="100", fob="2000.00")], "TS3", period="202612", **month)
    )
    driver.reviewed()
    after = driver.claim_row("TS3")
    assert (after.set_off, after.paid) == (owed, after.refund - owed)
    assert [account.set_off for account in driver.rows("refund_account")] == [0]
    driver.act("recover", "TS3", reason="复核")
    assert (driver.net("TS3"), [account.set_off for account in driver.rows("refund_account")]) == (0, [owed])


def books(driver, number="TS2"):
    """Sums of the entries of a claim by kind."""
    counts = Counter()
    for entry in driver.rows("refund_entry", claim_id=driver.claim_row(number).id):
        counts[entry.kind] += entry.amount
    return +counts


def test_what_was_reconciled_is_recovered_without_its_exchange_and_settled_again_when_it_comes(driver, ahead):
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead, "1", "12.90", "B")))
    assert (driver.claim_row().state, driver.net()) == ("settled", 130_000)
    driver.on(NORMAL_END)
    assert (driver.claim_row().state, driver.net()) == ("to_repay", 0)
    assert driver.answers()[-1] == ("700", "20580")
    driver.leg("12.90", entry=ahead[:18])
    assert [status for status, _ in driver.answers()[-3:]] == ["700", "800", "899"]
    assert (driver.claim_row().state, driver.claim_row().exchange, driver.net()) == ("settled", "collected", 130_000)
    assert driver.notices() == [("1", "2.60"), ("2", "1.30"), ("2", "1.30"), ("1", "1.30")]
    assert ledgers(driver)[2] == [1_290_000]


def test_exchange_of_what_was_sold_proves_what_was_reconciled(driver, ahead):
    driver.leg("12.90", entry=ahead[:18])
    assert driver.claim_row().exchange == "due"
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead, "1", "12.90", "B")))
    assert (driver.claim_row().exchange, ledgers(driver)[2]) == ("collected", [1_290_000])
    driver.on(NORMAL_END)
    assert (driver.claim_row().state, driver.net()) == ("settled", 130_000)


def test_exchange_that_proved_more_than_was_sold_is_let_go(driver, ahead):
    driver.leg("25.80", entry=ahead[:18])
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead, "1", "12.90", "B")))
    assert (driver.claim_row().exchange, ledgers(driver)[2]) == ("collected", [1_290_000])


def test_what_was_not_sold_needs_no_exchange(driver, ahead):
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead, "0", "0", "C")))
    driver.on(NORMAL_END)
    assert (driver.claim_row().state, driver.claim_row().exchange) == ("settled", "")
    driver.act("recover", reason="复核")
    assert (driver.claim_row().state, facts(driver.story, "TS2")[-1].event) == ("settled", "action_refused")


def test_what_was_settled_may_be_recovered_by_an_officer(driver, ahead):
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead)))
    driver.act("recover", reason="复核")
    assert (driver.claim_row().state, driver.net()) == ("to_repay", 0)


def test_what_was_sold_and_comes_back_later_is_repaid_though_it_is_settled(driver, ahead):
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead)))
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": ahead, "qty": "1"}], "BJ0", claim=""))
    assert driver.answers("BJ0", "RefundRepaymentReturn")[-1] == ("100", "20620")
    for place, left in ((1, 130_000), (2, 0)):
        driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": ahead, "qty": "1"}], f"BJ{place}"))
        assert driver.answers(f"BJ{place}", "RefundRepaymentReturn")[-1] == ("120", "20500")
        assert (driver.claim_row().state, driver.net()) == ("settled", left)
    assert ledgers(driver)[:2] == ([0], [0])
    driver.on(NORMAL_END)
    assert (driver.claim_row().state, driver.claim_row().exchange) == ("settled", "")


def test_what_comes_back_after_a_reconciliation_is_repaid_of_what_was_left(driver, credited):
    """Sold for less: the difference was set off. All back: nothing is recovered twice."""
    refund = driver.claim_row().refund
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(credited, "100", "1900.00", "B")))
    left = driver.net()
    repaid = []
    for place, qty in enumerate(("30", "70")):
        driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": credited, "qty": qty}], f"BJ{place}"))
        repaid.append(left - driver.net())
    assert repaid == [pytest.approx(left * 0.3, abs=1_000), left]
    assert (driver.net(), driver.claim_row().credited) == (0, 0)
    [account] = driver.rows("refund_account")
    assert account.set_off == refund - left


def test_a_manufacturer_whose_refund_stayed_when_he_sold_a_part_repays_all_of_it_for_that_part(driver, credited):
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(credited, "70", "1400.00", "B")))
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": credited, "qty": "70"}]))
    assert (driver.net(), driver.claim_row().credited, driver.claim_row().state) == (0, 0, "settled")


@pytest.fixture(
    params=[pytest.param("9000.00", marks=pytest.mark.long), "1000.00", pytest.param("0", marks=pytest.mark.long)]
)
def credited(driver, request):
    """A manufacturer's claim ahead of sale that is paid, by input tax: all refunded, in part, all credited."""
    number = driver.listed(50, "9810", date(2026, 10, 10), line(qty="100", amount="2000.00")) + "001"
    driver.story.submit(
        driver.claim(
            [export(number, qty="100", fob="2000.00", saleState="0")],
            kind="M",
            outputVat="0",
            inputVat=request.param,
            business="HWC-YT",
        )
    )
    driver.reviewed(25)
    assert driver.claim_row().state == "paid"
    return number


@pytest.mark.parametrize(
    ("sold", "amount", "outcome", "share"),
    [("100", "2000.00", "A", 1), ("100", "1900.00", "B", 0.95), ("25", "500.00", "B", 0.25), ("0", "0", "C", 0)],
)
def test_what_a_manufacturer_was_credited_follows_what_was_sold(driver, credited, sold, amount, outcome, share):
    """The refund stays the smaller of the credit and of what the goods sold come to (财税〔2012〕39号 art. 5)."""
    before = driver.claim_row()
    ceiling = (before.refund + before.credited) * share
    after = (min(before.refund, ceiling), ceiling - min(before.refund, ceiling))
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(credited, sold, amount, outcome)))
    assert driver.claim_row().state == "settled"
    assert (driver.net(), books(driver)["credited"]) == pytest.approx(after, abs=1_000)
    driver.on(NORMAL_END)
    assert (driver.net(), books(driver)["credited"]) == (0, 0)
    assert driver.claim_row().state == ("to_repay" if share else "settled")
    driver.leg(amount, entry=credited[:18])
    assert (driver.net(), books(driver)["credited"]) == pytest.approx(after, abs=1_000)


def test_what_a_manufacturer_was_credited_is_reversed_with_what_is_repaid(driver, credited):
    whole, left = driver.claim_row().credited, []
    for place, qty in enumerate(("33", "33", "34")):
        driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": credited, "qty": qty}], f"BJ{place}"))
        left.append(books(driver)["credited"])
    assert left == [pytest.approx(whole * 0.67, abs=1_000), pytest.approx(whole * 0.34, abs=1_000), 0]
    assert (driver.net(), driver.claim_row().state, driver.claim_row().credited) == (0, "settled", 0)


def test_what_is_repaid_of_a_manufacturer_before_a_recovery_is_not_credited_again(driver):
    number = driver.listed(50, "9710", date(2026, 10, 10), line(qty="100", amount="2000.00")) + "001"
    driver.story.submit(
        driver.claim([export(number, qty="100", fob="2000.00")], kind="M", outputVat="0", inputVat="1000.00")
    )
    driver.reviewed(25)
    before = driver.claim_row()
    assert before.refund and before.credited
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": number, "qty": "50"}]))
    driver.on(NORMAL_END)
    assert (driver.net(), books(driver)["credited"]) == (0, 0)
    driver.leg("2000.00", entry=number[:18])
    assert (driver.net(), books(driver)["credited"]) == pytest.approx(
        (before.refund / 2, before.credited / 2), abs=1_000
    )
    driver.act("recover", reason="复核")
    assert (driver.net(), books(driver)["credited"]) == (0, 0)


def test_a_manufacturer_who_says_an_enormous_amount_is_answered(driver, credited):
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(credited, "100", "92233720368547.75807", "B")))
    assert driver.answers("HS1", "RefundReconciliationReturn")[-1][0] in {"100", "120"}


def test_a_reconciliation_before_its_period_is_refused(driver, ahead):
    driver.story.submit(driver.reconciliation(declared_sale(ahead)))
    assert driver.answers("HS1", "RefundReconciliationReturn")[-1] == ("100", "20405")


def test_what_is_never_reconciled_is_recovered_and_blocks_the_next(driver, ahead):
    driver.on(date(2028, 5, 1))
    assert driver.claim_row().state == "to_repay"
    assert driver.net() == 0
    other = driver.listed(51, "9810", date(2028, 4, 10)) + "001"
    driver.story.submit(driver.paper("FP2"))
    driver.story.submit(driver.claim([export(other, saleState="0"), purchase("FP2")], "TS3", business="HWC-YT"))
    assert driver.answers("TS3")[-1] == ("100", "20404")
    driver.story.submit(driver.reconciliation(declared_sale(ahead)))
    assert driver.claim_row().state == "settled"
    assert [account.blocked for account in driver.rows("refund_account")] == [0]


# ordinary and unsold goods of one month, by a manufacturer, who has one claim for it


def mixed_lines(first, second, **changes):
    return [
        export(first, 1, "L1", "100", "2000.00", saleState="0"),
        export(second, 2, "L2", "100", "2000.00", **changes),
    ]


@pytest.fixture(params=["9710", "9810"])
def mixed(driver, request):
    """A manufacturer's claim of unsold goods abroad and of others, ordinary or sold there; it is paid."""
    goods = line(qty="100", amount="2000.00")
    first = driver.listed(50, "9810", date(2026, 10, 10), goods) + "001"
    second = driver.listed(51, request.param, date(2026, 10, 10), goods) + "001"
    sold = {"saleState": "1"} if request.param == "9810" else {}
    month = dict(kind="M", outputVat="0", inputVat="9000.00", business="HWC-YT")
    driver.story.submit(driver.claim(mixed_lines(first, second, **sold), **month))
    assert driver.answers()[-1] == ("120", "20500")
    driver.reviewed(25)
    assert (driver.claim_row().state, driver.claim_row().stage) == ("paid", "reconciliation")
    return first, second


def test_what_a_manufacturer_sold_otherwise_is_not_reconciled(driver, mixed):
    ahead, _ = mixed
    refund = driver.claim_row().refund
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(mixed[1], "100", "2000.00"), "HS0"))
    assert driver.answers("HS0", "RefundReconciliationReturn")[-1] == ("100", "20641")
    driver.story.submit(driver.reconciliation(declared_sale(ahead, "40", "800.00", "B")))
    assert driver.answers("HS1", "RefundReconciliationReturn")[-1] == ("120", "20500")
    assert (driver.claim_row().state, driver.net()) == ("settled", pytest.approx(refund * 0.7, abs=1_000))
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": mixed[1], "qty": "100"}]))
    assert driver.net() == pytest.approx(refund * 0.2, abs=2_000)


def test_of_a_manufacturer_who_never_reconciles_only_what_was_ahead_is_recovered(driver, mixed):
    refund = driver.claim_row().refund
    driver.leg("2000.00", entry=mixed[0][:18])
    driver.leg("2000.00", entry=mixed[1][:18])
    driver.on(date(2027, 5, 1))
    driver.on(date(2028, 5, 1))
    claim = driver.claim_row()
    assert (claim.state, claim.stage, driver.net()) == ("settled", "overdue", pytest.approx(refund / 2, abs=1_000))
    assert [account.blocked for account in driver.rows("refund_account")] == [1]
    driver.story.submit(driver.reconciliation(declared_sale(mixed[0], "100", "2000.00")))
    assert driver.answers("HS1", "RefundReconciliationReturn")[-1] == ("120", "20500")
    assert [account.blocked for account in driver.rows("refund_account")] == [0]
    assert driver.net() == pytest.approx(refund / 2, abs=1_000)
    assert [item.used for item in driver.rows("export_item", item_no=mixed[0])] == [0]


@pytest.mark.parametrize(
    ("kind", "states", "code"),
    [
        ("M", {"saleState": "0"}, "20401"),  # ordinary goods cannot be claimed ahead of their sale
        ("T", {}, "20401"),  # a trader has a claim for each
    ],
)
def test_only_goods_of_warehouses_abroad_are_claimed_ahead(driver, kind, states, code):
    goods = line(qty="100", amount="2000.00")
    first = driver.listed(50, "9810", date(2026, 10, 10), goods) + "001"
    second = driver.listed(51, "9710", date(2026, 10, 10), goods) + "001"
    month = dict(outputVat="0", inputVat="9000.00") if kind == "M" else {}
    driver.story.submit(driver.claim(mixed_lines(first, second, **states), kind=kind, business="HWC-YT", **month))
    assert driver.answers()[-1][0] == "100"
    assert f'"{code}"' in driver.claim_row().reasons
