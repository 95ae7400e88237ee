"""Claims that are taken in and paid, from the lists of a month to the notice of the tax office."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import insert

from declarations.money import amount_text
from single_window.store.tables import refund_account
from tests.databases import ON_BOTH, carry_out
from tests.stories.refunding import MERCHANT, Refunding, bought, export, inventory, line, purchase

pytestmark = ON_BOTH
DRIVER = Refunding


def test_a_trader_is_paid_what_he_paid_for_the_goods_times_the_rate(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    assert driver.answers("FP1", "VatInvoiceReturn") == [("2", "2"), ("120", "20500")]
    driver.story.submit(driver.claim([export(item), purchase("FP1")]))
    assert driver.answers() == [("2", "2"), ("120", "20500")]
    driver.reviewed()
    assert driver.answers()[2:] == [("399", "20504"), ("800", "20506")]
    assert driver.notices() == [("1", "2.60")]
    claim = driver.claim_row()
    assert (claim.state, claim.refund, claim.paid, claim.exchange) == ("paid", 260_000, 260_000, "due")
    assert [(invoice_line.used, invoice_line.used_amount) for invoice_line in driver.rows("vat_invoice_line")] == [
        (200_000, 2_000_000)
    ]


def test_a_manufacturer_is_paid_what_input_tax_leaves_and_credited_the_rest(driver):
    item = driver.summarised([inventory(1, line(qty="1000", amount="12000.00"))])[0] + "001"
    driver.story.submit(
        driver.claim([export(item, qty="1000", fob="12000.00")], kind="M", inputVat="5000.00", outputVat="0")
    )
    assert driver.answers()[-1] == ("120", "20500")
    claim = driver.claim_row()
    assert claim.refund + claim.credited == round(claim.fob * 0.13 / 1000) * 1000
    assert claim.refund == 500_000_000
    driver.reviewed()
    assert [kind for kind, _ in driver.notices()] == ["1", "3"]
    assert {booking.kind: booking.amount for booking in driver.rows("refund_entry")} == {
        "paid": claim.refund,
        "credited": claim.credited,
    }


def test_an_exemption_with_a_voucher_is_done_without_money(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper(invoiceKind="4"), driver.claim([export(item), purchase("FP1")], kind="E"))
    driver.reviewed()
    claim = driver.claim_row()
    assert (claim.state, claim.refund, claim.domestic_vat, driver.notices()) == ("paid", 0, 0, [])
    assert json.loads(claim.conditions)[0][1] == "exemption"
    assert [(invoice_line.used, invoice_line.used_amount) for invoice_line in driver.rows("vat_invoice_line")] == [
        (200_000, 2_000_000)
    ]
    driver.story.submit(driver.claim([export(item), purchase("FP1")], "TS3", kind="E"))
    assert driver.answers("TS3")[-1][0] == "100"
    assert "20225" in driver.claim_row("TS3").reasons


def test_an_export_without_any_paper_is_taxed_as_a_sale_at_home(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.claim([export(item)], kind="E"))
    assert driver.answers()[-1] == ("120", "20500")
    driver.reviewed()
    claim = driver.claim_row()
    assert claim.domestic_vat > 0
    assert driver.notices() == [("4", amount_text(claim.domestic_vat))]
    assert "20063" in claim.reasons


def test_one_invoice_of_several_lines_serves_links_in_part(driver):
    items = driver.summarised([inventory(1, line(1), line(2, country="116"))])
    driver.story.submit(driver.paper(lines=[bought(1, "3", "30.00"), bought(2, "5", "75.00")]))
    lines = [
        row
        for place, entry in enumerate(sorted(f"{item}00{n}" for item in items for n in (1, 2))[:2], 1)
        for row in (
            export(entry, 2 * place, f"L{place}"),
            purchase("FP1", 2 * place + 1, f"L{place}", row=place, amount={1: "20.00", 2: "30.00"}[place]),
        )
    ]
    driver.story.submit(driver.claim(lines))
    assert driver.answers()[-1] == ("120", "20500"), driver.claim_row().reasons
    assert [(invoice_line.used, invoice_line.used_amount) for invoice_line in driver.rows("vat_invoice_line")] == [
        (200_000, 2_000_000),
        (200_000, 3_000_000),
    ]
    driver.reviewed()
    assert driver.notices() == [("1", "6.50")]


def test_a_fourth_class_company_claims_with_its_exchange_only(driver):
    item = driver.summarised()[0] + "001"
    carry_out(
        driver.story.window.engine,
        insert(refund_account).values(sandbox="story", ebc_code=MERCHANT.code, facts='{"fraud":true}'),
    )
    driver.story.submit(driver.paper(), driver.claim([export(item), purchase("FP1")]))
    assert driver.answers()[-1] == ("100", "20540")
    driver.leg("25.80", entry=item[:18])
    driver.story.submit(driver.claim([export(item), purchase("FP1")], "TS3"))
    assert driver.answers("TS3")[-1] == ("120", "20500")
    assert driver.claim_row("TS3").firm_class == 4


def test_late_claims_need_their_exchange_and_after_the_cut_off_are_taxed(driver):
    items = [driver.summarised([inventory(place)], cop_no=f"HZ{place}")[0] + "001" for place in (1, 2)]
    driver.story.submit(driver.paper(), driver.paper("FP2"))
    driver.on(date(2028, 1, 10))
    driver.story.submit(driver.claim([export(items[0]), purchase("FP1")]))
    assert driver.answers()[-1] == ("100", "20113")
    driver.leg("25.80", entry=items[0][:18])
    driver.story.submit(driver.claim([export(items[0]), purchase("FP1")], "TS3"))
    assert driver.answers("TS3")[-1] == ("120", "20500")
    driver.on(date(2029, 11, 1))
    driver.story.submit(driver.claim([export(items[1]), purchase("FP2")], "TS4"))
    driver.reviewed()
    assert [kind for kind, _ in driver.notices("TS4")] == ["4"]
    assert "20062" in driver.claim_row("TS4").reasons
