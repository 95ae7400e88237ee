"""Where the rule book is explicit and claims meet it at its corners: exemptions late, two clocks at once, spirits."""

from __future__ import annotations

import json
from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select

from declarations.calendar import instant_of
from declarations.money import scaled_from_text
from gateways.circumstances import Options
from single_window.clock import Clock
from single_window.store.tables import declaration, enterprise, request
from tests.databases import ON_BOTH, carry_out, fetch
from tests.stories.refunding import MERCHANT, Refunding, bought, export, inventory, line, purchase
from tests.stories.summarising import Summarising

pytestmark = ON_BOTH
DRIVER = Refunding


@pytest.mark.parametrize("fob", ["90000000000000.00", "9000000000000.00"])
def test_a_claim_that_is_worth_more_than_can_be_kept_is_refused(driver, fob):
    item = driver.summarised(
        [inventory(1, *[line(number, amount=fob, country=place) for number, place in ((1, "133"), (2, "116"))])]
    )[0]
    driver.story.submit(
        driver.paper("FP1"),
        driver.paper("FP2"),
        driver.claim(
            [
                row
                for number in (1, 2)
                for row in (
                    export(f"{item}00{number}", 2 * number, f"L{number}", fob=fob),
                    purchase(f"FP{number}", 2 * number + 1, f"L{number}"),
                )
            ]
        ),
    )
    assert driver.answers()[-1] == ("100", "20556")


def test_an_exemption_may_be_claimed_late_with_its_papers_and_without_exchange(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper(invoiceKind="4"))
    driver.on(date(2028, 1, 10))
    driver.story.submit(driver.claim([export(item), purchase("FP1")], kind="E"))
    assert driver.answers()[-1] == ("120", "20500")


def counted(driver, office="4227", day=date(2026, 10, 10)):
    """A list that is only counted, closed at an office on a day; gives the number of its line."""
    return Summarising(driver.story).closed([replace(inventory(60, flag="A"), customs_code=office)], day)[0] + "001"


def test_an_exemption_is_not_claimed_before_the_month_after_the_export(driver):
    item = counted(driver, day=date(2026, 11, 10))
    driver.story.submit(driver.paper(invoiceKind="4"), driver.claim([export(item), purchase("FP1")], kind="E"))
    assert driver.answers()[-1] == ("100", "20110")
    driver.on(date(2026, 12, 1))
    driver.story.submit(driver.claim([export(item), purchase("FP1")], "TS3", kind="E"))
    assert driver.answers("TS3")[-1] == ("120", "20500")


def test_an_exemption_late_without_any_paper_is_not_taken(driver):
    item = counted(driver)
    driver.on(date(2028, 1, 10))
    driver.story.submit(driver.claim([export(item)], kind="E"))
    assert driver.answers()[-1] == ("100", "20113")


def test_a_list_that_is_only_counted_is_exempt_with_its_voucher(driver):
    driver.story.submit(
        driver.paper(invoiceKind="4"), driver.claim([export(counted(driver)), purchase("FP1")], kind="E")
    )
    assert driver.answers()[-1] == ("120", "20500"), driver.claim_row().reasons
    assert json.loads(driver.claim_row().conditions)[0][1] == "exemption"
    driver.reviewed()
    assert (driver.claim_row().state, driver.claim_row().domestic_vat, driver.notices()) == ("paid", 0, [])


def registered(driver, refund_kind="T", **facts):
    carry_out(
        driver.story.window.engine,
        insert(enterprise).values(
            {
                "sandbox": "story",
                "code": MERCHANT.code,
                "key": MERCHANT.code,
                "state": "registered",
                "channel": "green",
                "zone": "青岛",
                "facts": "{}",
                "taxpayer_kind": "1",
                "refund_kind": refund_kind,
                **facts,
            }
        ),
    )


@pytest.mark.parametrize(("kind", "vat"), [("1", "21.31"), ("2", "5.40")])
def test_a_small_scale_taxpayer_is_taxed_at_his_own_rate(driver, kind, vat):
    """25.80 dollars are 185.23 yuan: 185.23 × 13 ÷ 113, or × 3 ÷ 103."""
    registered(driver, "S", taxpayer_kind=kind, zone="")
    driver.story.submit(driver.claim([export(driver.summarised()[0] + "001")], kind="E"))
    driver.reviewed()
    assert driver.notices() == [("4", vat)]


@pytest.mark.parametrize(("bonded", "vat"), [("0.00", "21.31"), ("85.23", "11.50"), ("185.23", ""), ("900.00", "")])
def test_bonded_materials_are_deducted_from_what_is_taxed_at_home(driver, bonded, vat):
    """25.80 dollars are 185.23 yuan: (185.23 - 85.23) × 13 ÷ 113."""
    registered(driver, "M", zone="")
    lines = [export(driver.summarised()[0] + "001")]
    driver.story.submit(driver.claim(lines, kind="E", bondedMaterials=bonded))
    driver.reviewed()
    assert driver.claim_row().state == "paid"
    assert driver.notices() == ([("4", vat)] if vat else [])


def test_a_manufacturer_who_claims_an_exemption_is_exempt_and_owes_nothing_for_want_of_exchange(driver):
    registered(driver, "M")
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper(invoiceKind="4"), driver.claim([export(item), purchase("FP1")], kind="E"))
    assert json.loads(driver.claim_row().conditions)[0][1] == "exemption"
    driver.reviewed()
    driver.on(date(2027, 5, 2))
    assert (driver.claim_row().state, driver.notices()) == ("paid", [])


@pytest.mark.parametrize(("office", "treated"), [("4227", "no_invoice"), ("8801", "domestic_sale")])
def test_without_an_invoice_it_must_be_declared_through_customs_of_a_zone(driver, office, treated):
    registered(driver)
    driver.story.submit(driver.claim([export(counted(driver, office))], kind="E"))
    assert driver.answers()[-1] == ("120", "20500"), driver.claim_row().reasons
    assert json.loads(driver.claim_row().conditions)[0][1] == treated


@pytest.mark.parametrize(
    ("zone", "office", "treated"),
    [
        ("西安", "9001", "no_invoice"),
        ("银川", "9604", "no_invoice"),
        ("西安", "9604", "domestic_sale"),
        ("阜阳", "3307", "domestic_sale"),
        ("火星经济区", "9001", "domestic_sale"),
    ],
)
def test_without_an_invoice_what_is_summed_up_is_exempt_in_the_zone_of_its_city(driver, zone, office, treated):
    """Xi'an and Yinchuan have a zone, Fuyang has none; the same list without its zone costs 21.31 of 185.23 yuan."""
    registered(driver, zone=zone)
    item = driver.summarised([replace(inventory(1), customs_code=office)], customsCode=office)[0] + "001"
    driver.story.submit(driver.claim([export(item)], kind="E"))
    assert json.loads(driver.claim_row().conditions)[0][1] == treated
    driver.reviewed()
    assert driver.notices() == ([] if treated == "no_invoice" else [("4", "21.31")])


def in_yinchuan(start_story):
    """An exporter of Yinchuan at the end of 2019."""
    story = start_story()
    story.sandbox = "story then"
    story.window.make_sandbox(
        story.sandbox, Options(), seed="then", clock=Clock("virtual", instant_of(date(2019, 12, 31), 12), 0, 0)
    )
    driver = Refunding(story)
    registered(driver, zone="银川", sandbox=story.sandbox)
    return driver


@pytest.mark.parametrize(
    ("noted", "kinds", "vat"),
    [
        (("20191215",), ["no_invoice"], ""),
        (("20191214",), ["domestic_sale"], "21.31"),
        (("20191214", "20191215"), ["domestic_sale", "no_invoice"], "21.31"),
        (("20191214", "20191215", "20191231"), ["domestic_sale", "no_invoice"], "21.31"),
        (("20191231", "20191220"), ["no_invoice"], ""),
        (("",), ["no_invoice"], ""),
        (("20260101",), ["no_invoice"], ""),
    ],
)
def test_without_an_invoice_the_export_date_noted_on_each_list_decides(start_story, noted, kinds, vat):
    """财税〔2018〕103号, article 5. Yinchuan has a zone from 2019-12-15; the summary is declared for December."""
    driver = in_yinchuan(start_story)
    lists = [replace(inventory(number), customs_code="9604", ie_date=day) for number, day in enumerate(noted, 1)]
    item = driver.summarised(lists, day=date(2019, 12, 31), customsCode="9604")[0] + "001"
    driver.on(date(2020, 1, 10))
    pieces, fob = str(2 * len(noted)), f"{25.80 * len(noted):.2f}"
    driver.story.submit(driver.claim([export(item, qty=pieces, fob=fob)], kind="E", period="202001"))
    groups = json.loads(driver.claim_row().conditions)
    assert sorted(kind for _, kind, _ in groups) == kinds, driver.claim_row().reasons
    driver.reviewed()
    assert driver.notices() == ([("4", vat)] if vat else [])


@pytest.mark.parametrize(("back", "vat"), [(1, ""), (2, "21.31")])
def test_what_came_back_of_lists_exempt_and_taxed_by_their_day_is_in_no_share(start_story, back, vat):
    """Of two lists, one taxed and one exempt by its noted day, one came back whole; the rest is claimed."""
    driver = in_yinchuan(start_story)
    noted = ("20191214", "20191215")
    lists = [replace(inventory(number), customs_code="9604", ie_date=day) for number, day in enumerate(noted, 1)]
    item = driver.summarised(lists, day=date(2019, 12, 31), customsCode="9604")[0] + "001"
    driver.on(date(2020, 1, 5))
    chosen = select(declaration.c.id).where(declaration.c.sandbox == driver.story.sandbox)
    ((of_list,),) = fetch(driver.story.window.engine, chosen.where(declaration.c.order_no == f"SM{back:09d}")).all()
    came = {"kind": "export_refund", "state": "closed", "declaration_id": of_list, "lines": '{"1": 200000}'}
    blank = {column.name: 0 if column.type.python_type is int else "" for column in request.columns}
    row = {**blank, "id": 999_001, "sandbox": driver.story.sandbox, **came}
    carry_out(driver.story.window.engine, insert(request).values(**row))
    driver.deliver("customs.export_returned", [of_list, 999_001])
    driver.on(date(2020, 1, 10))
    driver.story.submit(driver.claim([export(item)], kind="E", period="202001"))
    driver.reviewed()
    assert driver.notices() == ([("4", vat)] if vat else [])


@pytest.fixture
def ahead(driver):
    """Ahead of sale, paid in 2027: the exchange is due a year before the reconciliation ends."""
    number = driver.listed() + "001"
    driver.story.submit(driver.paper())
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.claim([export(number, saleState="0"), purchase("FP1")], business="HWC-YT"))
    driver.reviewed(25)
    assert driver.notices() == [("1", "2.60")]
    driver.on(date(2027, 5, 1))
    assert (driver.claim_row().state, driver.claim_row().exchange, driver.claim_row().reconcile_until) == (
        "to_repay",
        "missing",
        "2028-04-30",
    )
    return number


def test_what_was_never_reconciled_is_not_restored_by_exchange_that_comes_late(driver, ahead):
    driver.on(date(2028, 5, 1))
    driver.leg("25.80", entry=ahead[:18])
    assert (driver.claim_row().state, driver.net()) == ("to_repay", 0)


def test_spirits_claimed_by_weight_have_their_litres_from_customs(driver):
    goods = replace(
        line(gcode="2208300000", unit="095", qty="450", amount="5000.00"),
        gname="威士忌酒",
        unit2="035",
        qty2=scaled_from_text("420"),
    )
    number = driver.listed(61, "9810", date(2026, 10, 10), goods) + "001"
    kg = {"gcode": "2208300000", "gname": "威士忌酒", "unit": "035", "qty": "420"}
    driver.story.submit(
        driver.paper(lines=[bought(amount="30000.00", **kg)]),
        driver.paper("XF1", [bought(amount="30000.00", rate="0.20", **kg)], invoiceKind="3"),
    )
    driver.story.submit(
        driver.claim(
            [
                export(number, fob="5000.00", saleState="1", **kg),
                purchase("FP1", amount="30000.00", **kg),
                purchase("XF1", 3, amount="30000.00", **kg),
            ]
        )
    )
    assert driver.answers()[-1] == ("120", "20500"), driver.claim_row().reasons
    assert driver.claim_row().refund == scaled_from_text("3900.00") + scaled_from_text("6450.00")
