"""What becomes of claims after they are taken in: officers, exchange, goods that come back, stock abroad."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from msgspec import structs

from declarations.money import scale
from tests.databases import LATER_ON_POSTGRESQL, ON_BOTH
from tests.stories.exporting import Sale, facts, invt_no, note, refund, statuses, tally
from tests.stories.refunding import MERCHANT, TABLES, WORLD, Refunding, bought, export, inventory, line, purchase
from tests.stories.summarising import Summarising

pytestmark = LATER_ON_POSTGRESQL
TOLD = Refunding
NORMAL_END = date(2027, 5, 1)


@pytest.fixture
def item(told):
    number = told.summarised()[0] + "001"
    told.story.say(told.paper())
    return number


def claimed(told, item, number="TS2", **changes):
    told.story.say(told.claim([export(item, **changes), purchase("FP1")], number))
    assert told.answers(number)[-1] == ("120", "20500")


def ledgers(told):
    """What is taken of invoices and items, and which exchange proves claims."""
    return (
        [one.used for one in told.rows("vat_invoice_line")],
        [one.used for one in told.rows("export_item")],
        [one.used for one in told.rows("exchange_pool")],
    )


# officers


def test_an_officer_asks_and_the_company_corrects(told, item):
    claimed(told, item, "TS1")
    told.reviewed()
    assert told.answers("TS1")[-1] == ("300", "20502")
    told.act("ask", "TS1", reason="请补充合同")
    assert told.answers("TS1")[-1] == ("300", "20503")
    told.story.say(
        told.claim([export(item, qty="1", fob="12.90"), purchase("FP1", qty="1", amount="10.00")], "TS1", appType="2")
    )
    assert told.answers("TS1")[-1] == ("120", "20500")
    assert ledgers(told)[:2] == ([100_000], [100_000])
    told.reviewed()
    assert told.notices("TS1") == [("1", "1.30")]


def test_a_decision_about_a_claim_that_moved_on_since_is_not_carried_out(told, item):
    claimed(told, item, "TS1")
    told.act("ask", "TS1", reason="请说明", seen="accepted", act="first")
    told.act("approve", "TS1", seen="accepted", act="second")
    assert told.one("TS1").state == "asked" and told.notices("TS1") == []
    told.act("approve", "TS1", seen="asked", act="third")
    assert told.one("TS1").state == "paid"


def test_an_officer_refuses_and_all_is_free_again(told, item):
    claimed(told, item, "TS1")
    told.reviewed()
    told.act("refuse", "TS1", reason="货物流不符")
    assert told.answers("TS1")[-1] == ("100", "20501")
    assert ledgers(told)[:2] == ([0], [0])
    assert [one.state for one in told.rows("vat_invoice")] == ["accepted"]


def test_a_claim_that_was_asked_about_may_be_withdrawn(told, item):
    claimed(told, item, "TS1")
    told.act("ask", "TS1", reason="请说明")
    told.story.say(told.claim([export(item), purchase("FP1")], "TS1", appType="3"))
    assert told.one("TS1").state == "deleted"
    assert ledgers(told)[:2] == ([0], [0])


def test_an_officer_reduces_and_may_recover(told, item):
    claimed(told, item)
    told.act("reduce", amount="1.00", reason="部分凭证不合规")
    assert told.answers()[-2:] == [("399", "20505"), ("800", "20506")]
    assert told.notices() == [("1", "1.00")]
    told.act("recover", reason="复核")
    assert told.answers()[-1] == ("700", "20507")
    assert told.notices() == [("1", "1.00"), ("2", "1.00")]
    assert told.net() == 0
    told.act("approve")
    assert facts(told.story, "TS2")[-1].event == "action_refused"


def test_the_automatic_officer_decides(tell):
    told = Refunding(tell(automatic_officer=True))
    item = told.summarised()[0] + "001"
    told.story.say(told.paper())
    claimed(told, item, "TS1")
    told.reviewed(60)
    assert told.one("TS1").state in {"paid", "rejected"}


# exchange


def test_exchange_that_is_there_proves_a_claim_once(told):
    one, two = (told.summarised([inventory(place)], cop_no=f"HZ{place}")[0] for place in (1, 2))
    told.story.say(told.paper(lines=[bought(qty="4", amount="40.00")]))
    told.leg("25.80", entry=one)
    claimed(told, one + "001", "TS3")
    assert told.one("TS3").exchange == "collected"
    claimed(told, two + "001", "TS4")
    assert told.one("TS4").exchange == "due"
    told.leg("25.80", currency="502", entry=two)
    assert told.one("TS4").exchange == "collected"
    assert sorted(ledgers(told)[2]) == [2_580_000, 2_580_000]


@pytest.mark.parametrize("late", ["USD", "EUR"])
def test_a_refund_without_exchange_is_recovered_and_restored_when_it_comes(told, item, late):
    claimed(told, item)
    told.reviewed()
    told.on(date(2027, 4, 30))
    assert told.one().state == "paid"
    if late == "EUR":
        told.leg("25.80", currency="EUR", entry=item[:18])
    told.on(NORMAL_END)
    assert told.answers()[-1] == ("700", "20581" if late == "EUR" else "20580")
    assert (told.net(), told.one().exchange) == (0, "missing")
    told.leg("25.80", entry=item[:18])
    assert told.answers()[-1] == ("800", "20508")
    assert told.notices() == [("1", "2.60"), ("2", "2.60"), ("1", "2.60")]
    assert told.net() == 260_000


def test_orders_prove_the_claims_of_their_summary(told):
    item = told.summarised([inventory(7)])[0] + "001"
    told.story.say(told.paper())
    claimed(told, item)
    told.leg("25.80", order="SM000000007")
    assert told.one().exchange == "collected"


@pytest.mark.parametrize("mode", ["9610", pytest.param("9710", marks=pytest.mark.long)])
@pytest.mark.parametrize("named", ["declaration", "list", "order"])
def test_exchange_that_was_collected_for_another_company_does_not_count(told, mode, named):
    summaries = Summarising(told.story)
    listed = number = summaries.closed([inventory(7, mode=mode)], date(2026, 10, 10))[0]
    if mode == "9610":
        told.story.say(summaries.request([listed]))
        number = summaries.made()[0].entry_id
    told.story.say(told.paper())
    claimed(told, number + "001")
    place = {"order": "SM000000007"} if named == "order" else {"entry": listed if named == "list" else number}
    told.leg("25.80", merchant=WORLD.merchants[1].code, **place)
    told.hears("exchange.collected", [MERCHANT.code, [place.get("entry", "")], [place.get("order", "")]])
    assert told.one().exchange == "due"
    told.leg("25.80", **place)
    assert told.one().exchange == "collected"


def test_exchange_in_another_currency_does_not_do(told, item):
    told.leg("25.80", currency="EUR", entry=item[:18])
    told.story.say(told.claim([export(item), purchase("FP1")]))
    assert told.answers()[-1] == ("100", "20008")


# goods that come back


@pytest.fixture
def sold(told):
    """A parcel of two pieces that was exported and summarised: its sale and its item."""
    sale = Sale()
    told.story.say(*sale.messages(), note("arrival_note", [sale]), note("departure_note", [sale], "LJ1"))
    summaries = Summarising(told.story)
    told.story.say(summaries.request([invt_no(told.story, sale)]))
    told.on(date(2026, 12, 2))
    told.story.say(told.paper(lines=[bought(gname="针织短袖衫")]))
    return sale, summaries.made()[0].entry_id + "001"


def lines_of(item):
    return [export(item, gname="针织短袖衫"), purchase("FP1", gname="针织短袖衫")]


@pytest.fixture
def refunded(told, sold):
    """The parcel, after it was refunded."""
    told.story.say(told.claim(lines_of(sold[1])))
    told.reviewed()
    assert told.notices() == [("1", "2.60")]
    return sold


def comes_back(told, sale):
    told.story.say(refund(sale, invt_no(told.story, sale)))
    told.story.pass_time(days=2)
    told.story.say(tally())
    assert statuses(told.story, sale.id, "export_refund")[-1] == ("800", "2600")


def said_of_return(told, sale):
    return {
        rule
        for row in facts(told.story, sale.id)
        if row.kind == "export_refund"
        for rule in row.reasons.split('"')
        if rule[:1].isdigit()
    }


@ON_BOTH
def test_goods_that_come_back_are_taxed_and_their_refund_is_recovered(told, refunded):
    sale, _ = refunded
    comes_back(told, sale)
    assert {"17414", "17425"} <= said_of_return(told, sale)
    assert told.answers()[-1] == ("700", "20628")
    assert told.notices()[-1] == ("2", "1.30")
    assert told.net() == 130_000
    assert ledgers(told)[:2] == ([100_000], [100_000])
    assert [one.returned for one in told.rows("export_item")] == [100_000]
    request = next(one for one in told.rows("refund_paper") if one.kind == "export_return")
    told.hears("customs.export_returned", [0, int(request.key)])
    assert told.net() == 130_000


def test_goods_that_come_back_after_a_recovery_are_not_restored_with_the_rest(told, refunded):
    sale, item = refunded
    told.on(date(2027, 5, 2))
    assert (told.one().state, told.net()) == ("to_repay", 0)
    comes_back(told, sale)
    told.leg("25.80", entry=item[:18])
    assert (told.one().state, told.net()) == ("paid", 130_000)
    assert ledgers(told)[:2] == ([100_000], [100_000])


def test_goods_refunded_after_a_certificate_that_they_were_not_are_recovered_all_the_same(told, sold):
    sale, item = sold
    told.story.say(
        told.repayment([{"gnum": "1", "itemNo": item, "qty": "2"}], claim="", invtNo=invt_no(told.story, sale))
    )
    assert told.notices("BJ1") == [("5", "0.00")]
    told.story.say(told.claim(lines_of(item)))
    told.reviewed()
    comes_back(told, sale)
    assert told.net() == 130_000
    assert [one.returned for one in told.rows("export_item")] == [100_000]


@pytest.mark.parametrize(("number", "words"), [("TS2", "已受理"), ("TS9", "没有该申报")])
def test_a_repayment_of_what_is_not_paid_says_in_words_where_the_claim_is(told, item, number, words):
    claimed(told, item)
    told.story.say(told.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], claim=number))
    assert told.answers("BJ1", "RefundRepaymentReturn")[-1] == ("100", "20621")
    assert f'"{words}"' in told.rows("refund_paper")[0].reasons


def test_goods_whose_refund_was_repaid_come_back_free(told, refunded):
    sale, item = refunded
    number = invt_no(told.story, sale)
    told.story.say(told.repayment([{"gnum": "1", "itemNo": item, "qty": "2"}], invtNo=number))
    assert told.notices("BJ1") == [("5", "2.60")]
    comes_back(told, sale)
    assert {"17413"} <= said_of_return(told, sale)
    assert "17425" not in said_of_return(told, sale)
    assert (told.net(), told.one().state) == (0, "settled")
    assert [(one.used, one.returned) for one in told.rows("export_item")] == [(0, 200_000)]


def test_goods_that_came_back_are_not_claimed(told, sold):
    comes_back(told, sold[0])
    told.story.say(told.claim(lines_of(sold[1])))
    assert told.answers()[-1] == ("100", "20211")


def test_goods_that_come_back_while_a_claim_is_reviewed_bring_an_officer(told, sold):
    told.story.say(told.claim(lines_of(sold[1])))
    comes_back(told, sold[0])
    told.reviewed()
    assert told.answers()[-1] == ("300", "20502")
    assert "20561" in {rule for row in facts(told.story, "TS2") for rule in row.reasons.split('"')}


def test_a_repayment_gives_a_certificate_and_settles_the_claim(told, item):
    claimed(told, item)
    told.reviewed()
    told.story.say(told.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], "BJ1", invtNo="42272026E000000001"))
    assert told.answers("BJ1", "RefundRepaymentReturn")[-1] == ("120", "20500")
    assert told.notices("BJ1") == [("5", "1.30")]
    assert told.net() == 130_000
    assert ledgers(told)[:2] == ([100_000], [100_000])
    told.story.say(told.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], "BJ2"))
    assert told.answers()[-1] == ("899", "20509")
    assert (told.net(), told.one().state) == (0, "settled")
    assert ledgers(told)[:2] == ([0], [0])
    assert [one.returned for one in told.rows("export_item")] == [200_000]


def test_goods_claimed_in_their_second_unit_come_back_in_the_first(told):
    """Three pieces of 1.00 kg: bought and claimed by weight, repaid by the piece."""
    weighed = structs.replace(line(qty="3", amount="30.00"), qty2=scale("1"), unit2="035")
    item = told.listed(50, "9710", date(2026, 10, 10), weighed) + "001"
    told.story.say(told.paper(lines=[bought(qty="1", amount="20.00", unit="035")]))
    told.story.say(
        told.claim(
            [export(item, qty="1", fob="30.00", unit="035"), purchase("FP1", qty="1", amount="20.00", unit="035")]
        )
    )
    told.reviewed()
    assert ledgers(told)[:2] == ([100_000], [300_000])
    left = []
    for place in range(3):
        told.story.say(told.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], f"BJ{place}"))
        left.append((told.net(), *ledgers(told)[:2]))
    assert left == [(173_000, [66_667], [200_000]), (87_000, [33_334], [100_000]), (0, [0], [0])]
    assert told.one().state == "settled"


@pytest.mark.parametrize(
    ("lines", "changes", "rule"),
    [
        ([("1", "3")], {}, "20622"),
        ([("1", "-1")], {}, "20623"),
        ([("9", "1")], {}, "20624"),
        ([("1", "1")], {"reasonKind": "9"}, "20625"),
        ([("1", "1")], {"claimNo": "TS9"}, "20621"),
        ([("1", "1")], {"claimNo": ""}, "20620"),
    ],
)
def test_a_repayment_that_cannot_be_is_refused(told, item, lines, changes, rule):
    claimed(told, item)
    told.reviewed()
    rows = [{"gnum": "1", "itemNo": item[:-1] + place, "qty": qty} for place, qty in lines]
    told.story.say(told.repayment(rows, **changes))
    assert told.answers("BJ1", "RefundRepaymentReturn")[-1] == ("100", rule)
    assert told.net() == 260_000


@pytest.mark.parametrize("claim", ["", "TS2"])
@pytest.mark.parametrize(("invt_no", "rule"), [("{other}", "20631"), ("42272026E999999999", "20630")])
def test_no_certificate_is_for_a_list_of_which_other_goods_are_named(told, claim, invt_no, rule):
    """Else whoever repays for one parcel could bring back another, whose refund he keeps."""
    named, other = (told.listed(number, "9710", date(2026, 10, 10)) for number in (50, 51))
    told.story.say(told.paper())
    claimed(told, (named if claim else other) + "001")
    told.reviewed()
    told.story.say(
        told.repayment(
            [{"gnum": "1", "itemNo": named + "001", "qty": "1"}], claim=claim, invtNo=invt_no.format(other=other)
        )
    )
    assert told.answers("BJ1", "RefundRepaymentReturn")[-1][0] == "100"
    assert f'"{rule}"' in told.rows("refund_paper")[0].reasons
    assert (told.net(), told.notices("BJ1")) == (260_000, [])


def test_a_refund_that_was_settled_and_kept_is_no_unrefunded_list(told):
    ahead = told.listed(50, "9810", date(2026, 10, 10))
    told.story.say(told.paper())
    told.story.say(told.claim([export(ahead + "001", saleState="0"), purchase("FP1")], business="HWC-YT"))
    told.reviewed()
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead + "001", "2", "25.80")))
    assert told.one().state == "settled"
    told.story.say(told.repayment([{"gnum": "1", "itemNo": ahead + "001", "qty": "1"}], claim="", invtNo=ahead))
    assert told.answers("BJ1", "RefundRepaymentReturn")[-1] == ("100", "20620")


def test_a_certificate_says_that_nothing_was_refunded(told, item):
    told.story.say(told.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], claimNo=""))
    assert told.answers("BJ1", "RefundRepaymentReturn")[-1] == ("120", "20500")
    assert told.notices("BJ1") == [("5", "0.00")]


# stock abroad


@pytest.fixture
def ahead(told):
    """A claim ahead of sale that is paid: two pieces, 2.60."""
    number = told.listed() + "001"
    told.story.say(told.paper())
    told.story.say(told.claim([export(number, saleState="0"), purchase("FP1")], business="HWC-YT"))
    assert told.answers()[-1] == ("120", "20500")
    told.reviewed(25)
    assert told.notices() == [("1", "2.60")]
    return number


def said(item, sold="2", amount="25.80", outcome="A"):
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


def test_stock_that_is_not_claimed_as_unsold_is_refused(told):
    number = told.listed() + "001"
    told.story.say(told.paper())
    told.story.say(told.claim([export(number), purchase("FP1")]))
    assert told.answers()[-1] == ("100", "20403")
    told.story.say(told.claim([export(number, saleState="1"), purchase("FP1")], "TS3"))
    assert told.answers("TS3")[-1] == ("120", "20500")


@pytest.mark.parametrize(
    ("lines", "net", "used"),
    [
        (dict(), 260_000, 200_000),
        (dict(sold="1", amount="12.90", outcome="B"), 130_000, 100_000),
        (dict(sold="0", amount="0", outcome="C"), 0, 0),
    ],
)
def test_a_reconciliation_leaves_what_is_due(told, ahead, lines, net, used):
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead, **lines)))
    assert told.answers("HS1", "RefundReconciliationReturn")[-1] == ("120", "20500")
    assert told.answers()[-1] == ("899", "20509")
    assert (told.net(), ledgers(told)[:2]) == (net, ([used], [used]))


def test_what_came_back_before_it_was_sold_is_not_reconciled(told, ahead):
    told.story.say(told.repayment([{"gnum": "1", "itemNo": ahead, "qty": "1"}]))
    assert told.net() == 130_000
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead), "HS0"))
    assert told.answers("HS0", "RefundReconciliationReturn")[-1] == ("100", "20642")
    told.story.say(told.reconciliation(said(ahead, "1", "12.90")))
    assert told.answers()[-1] == ("899", "20509")
    assert (told.net(), ledgers(told)[:2]) == (130_000, ([100_000], [100_000]))


def test_what_an_officer_recovered_is_only_closed_by_its_reconciliation(told, ahead):
    told.act("recover", reason="复核")
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead)))
    assert told.answers()[-1] == ("899", "20509")
    assert (told.net(), ledgers(told)[:2]) == (0, ([0], [0]))
    assert [one.blocked for one in told.rows("refund_account")] == [0]


def test_what_is_said_again_changes_nothing(told, item):
    claimed(told, item)
    told.reviewed()
    told.leg("25.80", entry=item[:18])
    before = [told.rows(name) for name in TABLES]
    claim, paper = told.one(), told.rows("vat_invoice")[0]
    for topic, one in (
        ("agency.refund_claim", [claim.document_id, "TS2"]),
        ("deadline.exchange", [claim.id]),
        ("agency.vat_invoice", [paper.document_id, "FP1"]),
        ("deadline.reconciliation", [claim.id]),
        ("deadline.refund_review", [claim.id, "review"]),
        ("refund.acted", [claim.id, "approve", "x", {}]),
        ("exchange.collected", [claim.ebc_code, [item[:18]], []]),
    ):
        told.hears(topic, one)
    assert [told.rows(name) for name in TABLES] == before


def test_what_came_back_is_given_back_once(told, ahead):
    """A piece is repaid, the rest is never reconciled, recovered, and freed late."""
    told.story.say(told.repayment([{"gnum": "1", "itemNo": ahead, "qty": "1"}]))
    told.on(date(2028, 5, 1))
    assert (told.net(), told.one().state) == (0, "to_repay")
    told.story.say(told.reconciliation(said(ahead, "1", "12.90")))
    assert told.one().state == "settled"
    assert ledgers(told)[:2] == ([0], [0])
    assert [(one.used_amount, one.qty) for one in told.rows("vat_invoice_line")] == [(0, 200_000)]


def test_the_input_tax_of_a_month_is_refunded_to_a_manufacturer_once(told):
    month = dict(kind="M", outputVat="0", inputVat="10.00")
    lines = [[export(told.listed(number, "9710", date(2026, 10, 10)) + "001")] for number in (50, 51)]
    told.story.say(told.claim(lines[0], "TS2", **month))
    told.story.say(told.claim(lines[1], "TS3", **month))
    assert told.answers("TS2")[-1] == ("120", "20500")
    assert (told.one("TS3").state, told.answers("TS3")[-1][0]) == ("rejected", "100")
    assert '"20534"' in told.one("TS3").reasons
    told.act("ask", "TS2", reason="请说明")
    told.story.say(told.claim(lines[0], "TS2", appType="2", **month))
    assert told.answers("TS2")[-1] == ("120", "20500")
    told.act("refuse", "TS2", reason="不实")
    told.story.say(told.claim(lines[1], "TS3", **month))
    assert told.answers("TS3")[-1] == ("120", "20500")


def test_a_manufacturer_who_sold_for_less_owes_the_difference_to_the_next_claim(told):
    """The case O1 of the rules: of 1,300 yuan paid ahead, 1,235 are due, and the next refund is 65 less."""
    number = told.listed(50, "9810", date(2026, 10, 10), line(qty="100", amount="2000.00"))
    month = dict(kind="M", outputVat="0", inputVat="9000.00")
    lines = [export(number + "001", qty="100", fob="2000.00", saleState="0")]
    told.story.say(told.claim(lines, business="HWC-YT", **month))
    told.reviewed(25)
    before = told.one()
    assert (before.state, before.refund > 0, before.credited) == ("paid", True, 0)
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(number + "001", "100", "1900.00", "B")))
    assert told.answers()[-1] == ("899", "20509")
    owed = before.refund - round(before.refund * 0.95 / 1000) * 1000
    assert (told.net(), [one.set_off for one in told.rows("refund_account")]) == (before.refund - owed, [owed])
    other = told.listed(51, "9710", date(2026, 12, 10), line(qty="100", amount="2000.00"))
    told.story.say(told.claim([export(other + "001", qty="100", fob="2000.00")], "TS3", period="202612", **month))
    told.reviewed()
    after = told.one("TS3")
    assert (after.set_off, after.paid) == (owed, after.refund - owed)
    assert [one.set_off for one in told.rows("refund_account")] == [0]
    told.act("recover", "TS3", reason="复核")
    assert (told.net("TS3"), [one.set_off for one in told.rows("refund_account")]) == (0, [owed])


def books(told, number="TS2"):
    """Sums of the entries of a claim by kind."""
    found = Counter()
    for one in told.rows("refund_entry", claim_id=told.one(number).id):
        found[one.kind] += one.amount
    return +found


def test_what_was_reconciled_is_recovered_without_its_exchange_and_settled_again_when_it_comes(told, ahead):
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead, "1", "12.90", "B")))
    assert (told.one().state, told.net()) == ("settled", 130_000)
    told.on(NORMAL_END)
    assert (told.one().state, told.net()) == ("to_repay", 0)
    assert told.answers()[-1] == ("700", "20580")
    told.leg("12.90", entry=ahead[:18])
    assert [status for status, _ in told.answers()[-3:]] == ["700", "800", "899"]
    assert (told.one().state, told.one().exchange, told.net()) == ("settled", "collected", 130_000)
    assert told.notices() == [("1", "2.60"), ("2", "1.30"), ("2", "1.30"), ("1", "1.30")]
    assert ledgers(told)[2] == [1_290_000]


def test_exchange_of_what_was_sold_proves_what_was_reconciled(told, ahead):
    told.leg("12.90", entry=ahead[:18])
    assert told.one().exchange == "due"
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead, "1", "12.90", "B")))
    assert (told.one().exchange, ledgers(told)[2]) == ("collected", [1_290_000])
    told.on(NORMAL_END)
    assert (told.one().state, told.net()) == ("settled", 130_000)


def test_exchange_that_proved_more_than_was_sold_is_let_go(told, ahead):
    told.leg("25.80", entry=ahead[:18])
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead, "1", "12.90", "B")))
    assert (told.one().exchange, ledgers(told)[2]) == ("collected", [1_290_000])


def test_what_was_not_sold_asks_for_no_exchange(told, ahead):
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead, "0", "0", "C")))
    told.on(NORMAL_END)
    assert (told.one().state, told.one().exchange) == ("settled", "")
    told.act("recover", reason="复核")
    assert (told.one().state, facts(told.story, "TS2")[-1].event) == ("settled", "action_refused")


def test_what_was_settled_may_be_recovered_by_an_officer(told, ahead):
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead)))
    told.act("recover", reason="复核")
    assert (told.one().state, told.net()) == ("to_repay", 0)


def test_what_was_sold_and_comes_back_later_is_repaid_though_it_is_settled(told, ahead):
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(ahead)))
    told.story.say(told.repayment([{"gnum": "1", "itemNo": ahead, "qty": "1"}], "BJ0", claim=""))
    assert told.answers("BJ0", "RefundRepaymentReturn")[-1] == ("100", "20620")
    for place, left in ((1, 130_000), (2, 0)):
        told.story.say(told.repayment([{"gnum": "1", "itemNo": ahead, "qty": "1"}], f"BJ{place}"))
        assert told.answers(f"BJ{place}", "RefundRepaymentReturn")[-1] == ("120", "20500")
        assert (told.one().state, told.net()) == ("settled", left)
    assert ledgers(told)[:2] == ([0], [0])
    told.on(NORMAL_END)
    assert (told.one().state, told.one().exchange) == ("settled", "")


@pytest.fixture(
    params=[pytest.param("9000.00", marks=pytest.mark.long), "1000.00", pytest.param("0", marks=pytest.mark.long)]
)
def credited(told, request):
    """A manufacturer's claim ahead of sale that is paid, by input tax: all refunded, in part, all credited."""
    number = told.listed(50, "9810", date(2026, 10, 10), line(qty="100", amount="2000.00")) + "001"
    told.story.say(
        told.claim(
            [export(number, qty="100", fob="2000.00", saleState="0")],
            kind="M",
            outputVat="0",
            inputVat=request.param,
            business="HWC-YT",
        )
    )
    told.reviewed(25)
    assert told.one().state == "paid"
    return number


@pytest.mark.parametrize(
    ("sold", "amount", "outcome", "share"),
    [("100", "2000.00", "A", 1), ("100", "1900.00", "B", 0.95), ("25", "500.00", "B", 0.25), ("0", "0", "C", 0)],
)
def test_what_a_manufacturer_was_credited_follows_what_was_sold(told, credited, sold, amount, outcome, share):
    before = told.one()
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(credited, sold, amount, outcome)))
    assert told.one().state == "settled"
    assert (told.net(), books(told)["credited"]) == pytest.approx(
        (before.refund * share, before.credited * share), abs=1_000
    )
    told.on(NORMAL_END)
    assert (told.net(), books(told)["credited"]) == (0, 0)
    assert told.one().state == ("to_repay" if share else "settled")
    told.leg(amount, entry=credited[:18])
    assert (told.net(), books(told)["credited"]) == pytest.approx(
        (before.refund * share, before.credited * share), abs=1_000
    )


def test_what_a_manufacturer_was_credited_is_reversed_with_what_is_repaid(told, credited):
    whole, left = told.one().credited, []
    for place, qty in enumerate(("33", "33", "34")):
        told.story.say(told.repayment([{"gnum": "1", "itemNo": credited, "qty": qty}], f"BJ{place}"))
        left.append(books(told)["credited"])
    assert left == [pytest.approx(whole * 0.67, abs=1_000), pytest.approx(whole * 0.34, abs=1_000), 0]
    assert (told.net(), told.one().state, told.one().credited) == (0, "settled", 0)


def test_what_is_repaid_of_a_manufacturer_before_a_recovery_is_not_credited_again(told):
    number = told.listed(50, "9710", date(2026, 10, 10), line(qty="100", amount="2000.00")) + "001"
    told.story.say(told.claim([export(number, qty="100", fob="2000.00")], kind="M", outputVat="0", inputVat="1000.00"))
    told.reviewed(25)
    before = told.one()
    assert before.refund and before.credited
    told.story.say(told.repayment([{"gnum": "1", "itemNo": number, "qty": "50"}]))
    told.on(NORMAL_END)
    assert (told.net(), books(told)["credited"]) == (0, 0)
    told.leg("2000.00", entry=number[:18])
    assert (told.net(), books(told)["credited"]) == pytest.approx((before.refund / 2, before.credited / 2), abs=1_000)
    told.act("recover", reason="复核")
    assert (told.net(), books(told)["credited"]) == (0, 0)


def test_a_manufacturer_who_says_an_enormous_amount_is_answered(told, credited):
    told.on(date(2027, 1, 10))
    told.story.say(told.reconciliation(said(credited, "100", "92233720368547.75807", "B")))
    assert told.answers("HS1", "RefundReconciliationReturn")[-1][0] in {"100", "120"}


def test_a_reconciliation_outside_its_period_or_of_other_goods_is_refused(told, ahead):
    told.story.say(told.reconciliation(said(ahead)))
    assert told.answers("HS1", "RefundReconciliationReturn")[-1] == ("100", "20405")
    told.on(date(2027, 1, 10))
    for place, (lines, rule) in enumerate(
        [
            (said(ahead, sold="3"), "20642"),
            (said(ahead, sold="1", outcome="A"), "20645"),
            (said(ahead, amount="-1"), "20643"),
            (said(ahead[:-1] + "2"), "20641"),
        ]
    ):
        told.story.say(told.reconciliation(lines, f"HX{place}"))
        assert told.answers(f"HX{place}", "RefundReconciliationReturn")[-1] == ("100", rule)


def test_what_is_never_reconciled_is_recovered_and_blocks_the_next(told, ahead):
    told.on(date(2028, 5, 1))
    assert told.one().state == "to_repay"
    assert told.net() == 0
    other = told.listed(51, "9810", date(2028, 4, 10)) + "001"
    told.story.say(told.paper("FP2"))
    told.story.say(told.claim([export(other, saleState="0"), purchase("FP2")], "TS3", business="HWC-YT"))
    assert told.answers("TS3")[-1] == ("100", "20404")
    told.story.say(told.reconciliation(said(ahead)))
    assert told.one().state == "settled"
    assert [one.blocked for one in told.rows("refund_account")] == [0]
