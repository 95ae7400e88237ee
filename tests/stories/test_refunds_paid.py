"""Claims that are taken in and paid, from the lists of a month to the notice of the tax office."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import insert

from declarations.money import plain
from single_window.store.engine import writing
from single_window.store.tables import refund_account
from tests.databases import LATER_ON_POSTGRESQL, ON_BOTH
from tests.stories.refunding import MERCHANT, Refunding, bought, export, inventory, line, purchase

pytestmark = LATER_ON_POSTGRESQL
TOLD = Refunding


@ON_BOTH
def test_a_trader_is_paid_what_he_paid_for_the_goods_times_the_rate(told):
    item = told.summarised()[0] + "001"
    told.story.say(told.paper())
    assert told.answers("FP1", "VatInvoiceReturn") == [("2", "2"), ("120", "20500")]
    told.story.say(told.claim([export(item), purchase("FP1")]))
    assert told.answers() == [("2", "2"), ("120", "20500")]
    told.reviewed()
    assert told.answers()[2:] == [("399", "20504"), ("800", "20506")]
    assert told.notices() == [("1", "2.60")]
    claim = told.one()
    assert (claim.state, claim.refund, claim.paid, claim.exchange) == ("paid", 260_000, 260_000, "due")
    assert [(one.used, one.used_amount) for one in told.rows("vat_invoice_line")] == [(200_000, 2_000_000)]


def test_a_manufacturer_is_paid_what_input_tax_leaves_and_credited_the_rest(told):
    item = told.summarised([inventory(1, line(qty="1000", amount="12000.00"))])[0] + "001"
    told.story.say(told.claim([export(item, qty="1000", fob="12000.00")], kind="M", inputVat="5000.00", outputVat="0"))
    assert told.answers()[-1] == ("120", "20500")
    claim = told.one()
    assert claim.refund + claim.credited == round(claim.fob * 0.13 / 1000) * 1000
    assert claim.refund == 500_000_000
    told.reviewed()
    assert [kind for kind, _ in told.notices()] == ["1", "3"]
    assert {one.kind: one.amount for one in told.rows("refund_entry")} == {
        "paid": claim.refund,
        "credited": claim.credited,
    }


def test_an_exemption_with_a_voucher_is_done_without_money(told):
    item = told.summarised()[0] + "001"
    told.story.say(told.paper(invoiceKind="4"), told.claim([export(item), purchase("FP1")], kind="E"))
    told.reviewed()
    claim = told.one()
    assert (claim.state, claim.refund, claim.domestic_vat, told.notices()) == ("paid", 0, 0, [])
    assert json.loads(claim.conditions)[0][1] == "exemption"
    assert [(one.used, one.used_amount) for one in told.rows("vat_invoice_line")] == [(200_000, 2_000_000)]
    told.story.say(told.claim([export(item), purchase("FP1")], "TS3", kind="E"))
    assert told.answers("TS3")[-1][0] == "100"
    assert "20225" in told.one("TS3").reasons


def test_an_export_without_any_paper_is_taxed_as_a_sale_at_home(told):
    item = told.summarised()[0] + "001"
    told.story.say(told.claim([export(item)], kind="E"))
    assert told.answers()[-1] == ("120", "20500")
    told.reviewed()
    claim = told.one()
    assert claim.domestic_vat > 0
    assert told.notices() == [("4", plain(claim.domestic_vat))]
    assert "20063" in claim.reasons


def test_one_invoice_of_several_lines_serves_links_in_part(told):
    items = told.summarised([inventory(1, line(1), line(2, country="116"))])
    told.story.say(told.paper(lines=[bought(1, "3", "30.00"), bought(2, "5", "75.00")]))
    lines = [
        row
        for place, entry in enumerate(sorted(f"{one}00{n}" for one in items for n in (1, 2))[:2], 1)
        for row in (
            export(entry, 2 * place, f"L{place}"),
            purchase("FP1", 2 * place + 1, f"L{place}", row=place, amount={1: "20.00", 2: "30.00"}[place]),
        )
    ]
    told.story.say(told.claim(lines))
    assert told.answers()[-1] == ("120", "20500"), told.one().reasons
    assert [(one.used, one.used_amount) for one in told.rows("vat_invoice_line")] == [
        (200_000, 2_000_000),
        (200_000, 3_000_000),
    ]
    told.reviewed()
    assert told.notices() == [("1", "6.50")]


def test_a_fourth_class_company_claims_with_its_exchange_only(told):
    item = told.summarised()[0] + "001"
    with writing(told.story.window.engine) as connection:
        connection.execute(
            insert(refund_account).values(sandbox="story", ebc_code=MERCHANT.code, facts='{"fraud":true}')
        )
    told.story.say(told.paper(), told.claim([export(item), purchase("FP1")]))
    assert told.answers()[-1] == ("100", "20540")
    told.leg("25.80", entry=item[:18])
    told.story.say(told.claim([export(item), purchase("FP1")], "TS3"))
    assert told.answers("TS3")[-1] == ("120", "20500")
    assert told.one("TS3").firm_class == 4


def test_late_claims_need_their_exchange_and_after_the_cut_off_are_taxed(told):
    items = [told.summarised([inventory(place)], cop_no=f"HZ{place}")[0] + "001" for place in (1, 2)]
    told.story.say(told.paper(), told.paper("FP2"))
    told.on(date(2028, 1, 10))
    told.story.say(told.claim([export(items[0]), purchase("FP1")]))
    assert told.answers()[-1] == ("100", "20113")
    told.leg("25.80", entry=items[0][:18])
    told.story.say(told.claim([export(items[0]), purchase("FP1")], "TS3"))
    assert told.answers("TS3")[-1] == ("120", "20500")
    told.on(date(2029, 11, 1))
    told.story.say(told.claim([export(items[1]), purchase("FP2")], "TS4"))
    told.reviewed()
    assert [kind for kind, _ in told.notices("TS4")] == ["4"]
    assert "20062" in told.one("TS4").reasons
